namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>A lognormal token count, cut to bounds.</summary>
public sealed record LognormalSpec
{
    /// <summary>Median, tokens, ≥ 1.</summary>
    public double Median { get; init; }

    /// <summary>Standard deviation of the natural logarithm, ≥ 0.</summary>
    public double Sigma { get; init; }

    /// <summary>Smallest, tokens, ≥ 1.</summary>
    public int Min { get; init; } = 1;

    /// <summary>Largest, tokens.</summary>
    public int Max { get; init; } = 100_000;
}
