namespace RapidTuner.Learning.Latency;

/// <summary>One phase in the header of a latency model's artefact. A range without bound is null.</summary>
internal sealed record PhaseHeader
{
    public double[] Law { get; init; } = [];

    public LatencyOffsets[] Offsets { get; init; } = [];

    public double?[] Least { get; init; } = [];

    public double?[] Greatest { get; init; } = [];

    public static PhaseHeader Of(PhaseLatency phase) => new()
    {
        Law = phase.Constants,
        Offsets = phase.Offsets,
        Least = [.. phase.Least.Select(v => double.IsFinite(v) ? v : (double?)null)],
        Greatest = [.. phase.Greatest.Select(v => double.IsFinite(v) ? v : (double?)null)],
    };

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault() =>
        Law.Length != StepLawConstants.Count || !Law.All(v => double.IsFinite(v) && Math.Abs(v) < LawLogMax) ? "has no usable constants of the law"
        : Offsets.Length != PhaseLatency.Regimes || Offsets.Any(o => o is null || !(o.Low <= o.Median && o.Median <= o.High && o.High - o.Low < OffsetsMax)) ? "has no usable intervals"
        : Least.Length != LatencyFeatures.Count || Greatest.Length != LatencyFeatures.Count ? "has no usable ranges of its features"
        : null;

    public PhaseLatency ToPhase(Trees.TreeEnsemble? trees) => new(
        Law,
        trees,
        Offsets,
        [.. Least.Select(v => v ?? double.NegativeInfinity)],
        [.. Greatest.Select(v => v ?? double.PositiveInfinity)]);

    /// <summary>Largest logarithm of a constant: e^60 is beyond any rate or time.</summary>
    private const double LawLogMax = 60;

    /// <summary>Widest interval, as a logarithm.</summary>
    private const double OffsetsMax = 20;
}
