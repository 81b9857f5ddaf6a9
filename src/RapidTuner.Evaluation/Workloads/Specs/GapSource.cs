using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Draws gaps: of one distribution in units of the mean gap, or of the rate's class in the classes' unit.</summary>
internal sealed class GapSource
{
    /// <summary>The unit of gaps that are stretched to fill their step.</summary>
    public const string MeanGap = "mean_gap";

    /// <summary>The unit of gaps that keep their length.</summary>
    public const string Seconds = "s";

    private readonly double _shape;
    private readonly double[] _rateLimits = [];
    private readonly Cdf[]? _classes;

    /// <summary>Gaps as <paramref name="gaps"/> has them; Poisson for null.</summary>
    public GapSource(GapSpec? gaps)
    {
        var cv = gaps?.Cv ?? 1;
        _shape = 1 / (cv * cv);
        if (gaps?.Classes is { } classes)
        {
            InSeconds = gaps.Unit == Seconds;
            _rateLimits = [.. gaps.RateLimits ?? []];
            _classes = [.. classes.Select(table => new Cdf(table))];
        }
    }

    /// <summary>True when the gaps depend on the rate, and each step of the curve gets its own.</summary>
    public bool ByStep => _classes is not null;

    /// <summary>True when the classes' gaps are in seconds, false when they are in mean gaps.</summary>
    public bool InSeconds { get; }

    /// <summary>Draws a gap of the same distribution everywhere.</summary>
    public double Draw(Rng rng) => _shape.Equals(1.0) ? rng.NextExponential() : Draws.Gamma(rng, _shape) / _shape;

    /// <summary>Draws a gap of the class of a rate.</summary>
    public double Draw(double ratePerS, Rng rng) => _classes![ClassOf(_rateLimits, ratePerS)].Quantile(rng.NextDouble());

    /// <summary>The class of a rate: how many limits it has reached.</summary>
    public static int ClassOf(double[] rateLimits, double ratePerS)
    {
        var at = Array.BinarySearch(rateLimits, ratePerS);
        return at >= 0 ? at + 1 : ~at;
    }
}
