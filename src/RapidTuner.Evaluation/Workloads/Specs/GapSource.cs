using RapidTuner.Core.Numerics;

namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Draws gaps in load time (mean about 1) given the rate around the request before.</summary>
internal sealed class GapSource
{
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
            _rateLimits = [.. gaps.RateLimits ?? []];
            _classes = [.. classes.Select(table => new Cdf(table))];
        }
    }

    /// <summary>Draws a gap.</summary>
    public double Draw(double ratePerS, Rng rng)
    {
        if (_classes is null)
        {
            return _shape.Equals(1.0) ? rng.NextExponential() : Draws.Gamma(rng, _shape) / _shape;
        }

        return _classes[ClassOf(_rateLimits, ratePerS)].Quantile(rng.NextDouble());
    }

    /// <summary>The class of a rate: how many limits it has reached.</summary>
    public static int ClassOf(double[] rateLimits, double ratePerS)
    {
        var at = Array.BinarySearch(rateLimits, ratePerS);
        return at >= 0 ? at + 1 : ~at;
    }
}
