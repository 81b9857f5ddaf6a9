using RapidTuner.Core.Numerics;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Draws the lengths of one request after the other.</summary>
internal sealed class LengthGenerator
{
    private readonly LengthSpec _spec;
    private readonly Cdf? _prompt;
    private readonly double[] _limits;
    private readonly RankDrift? _drift;
    private readonly Cdf[] _outputs;
    private readonly Cdf[] _cached;

    /// <summary>Lengths as <paramref name="spec"/> has them, its references resolved.</summary>
    public LengthGenerator(LengthSpec spec)
    {
        _spec = spec;
        _prompt = spec.Prompt is null ? null : new Cdf(spec.Prompt);
        _limits = [.. spec.ClassLimits ?? []];
        _drift = spec.Drift is null ? null : new RankDrift(spec.Drift, _limits);
        _outputs = [.. (spec.OutputByPrompt ?? []).Select(table => new Cdf(table))];
        _cached = [.. (spec.CachedBlocksByPrompt ?? []).Select(table => new Cdf(table))];
    }

    /// <summary>Draws the request that arrives at <paramref name="arrivalS"/>.</summary>
    public TraceRequest Draw(double arrivalS, Rng rng) =>
        _prompt is null ? Lognormal(_spec.Lognormal!, arrivalS, rng) : FromTables(_prompt, arrivalS, rng);

    private TraceRequest FromTables(Cdf promptTable, double arrivalS, Rng rng)
    {
        var promptRank = _drift?.Prompt(arrivalS, rng) ?? rng.NextDouble();
        var promptClass = ClassOf(_limits, promptRank);
        var outputRank = _drift?.Output(arrivalS, promptClass, rng) ?? rng.NextDouble();
        var prompt = promptTable.WholeQuantile(promptRank);
        var output = _outputs[promptClass].WholeQuantile(outputRank);
        if (_cached.Length == 0)
        {
            return new TraceRequest(arrivalS, prompt, output);
        }

        var blocks = _cached[promptClass].WholeQuantile(rng.NextDouble());
        return new TraceRequest(arrivalS, prompt, output, (int)Math.Min(prompt, (long)blocks * _spec.CachedBlockTokens));
    }

    /// <summary>The class of a rank: how many limits it has reached.</summary>
    internal static int ClassOf(double[] limits, double rank)
    {
        var at = Array.BinarySearch(limits, rank);
        return at >= 0 ? at + 1 : ~at;
    }

    private static TraceRequest Lognormal(LognormalLengthSpec spec, double arrivalS, Rng rng)
    {
        var promptZ = rng.NextGaussian();
        var outputZ = (spec.Correlation * promptZ) + (Math.Sqrt(1 - (spec.Correlation * spec.Correlation)) * rng.NextGaussian());
        var prompt = Tokens(spec.Prompt, promptZ);
        var share = Math.Clamp(spec.CachedShare + (spec.CachedShareSpread * ((2 * rng.NextDouble()) - 1)), 0, 1);
        return new TraceRequest(arrivalS, prompt, Tokens(spec.Output, outputZ), (int)(share * prompt));
    }

    private static int Tokens(LognormalSpec spec, double z) =>
        (int)Math.Clamp(Math.Round(spec.Median * Math.Exp(spec.Sigma * z)), spec.Min, spec.Max);
}
