namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Bursts at random times: the rate is multiplied while one lasts. Their starts are Poisson, their lengths exponential.</summary>
public sealed record BurstSpec
{
    /// <summary>Bursts per hour, ≥ 0.</summary>
    public double PerHour { get; init; }

    /// <summary>Mean length, seconds, &gt; 0.</summary>
    public double MeanS { get; init; }

    /// <summary>By how much the rate is multiplied, ≥ 0.</summary>
    public double Factor { get; init; }
}
