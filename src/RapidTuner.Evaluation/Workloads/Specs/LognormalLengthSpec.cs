namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Lognormal lengths with a correlation of their logarithms.</summary>
public sealed record LognormalLengthSpec
{
    /// <summary>Prompt tokens.</summary>
    public LognormalSpec Prompt { get; init; } = new();

    /// <summary>Output tokens.</summary>
    public LognormalSpec Output { get; init; } = new();

    /// <summary>Correlation of the logarithms, −1 to 1.</summary>
    public double Correlation { get; init; }

    /// <summary>Mean share of a prompt that is cached, 0 to 1; shares are spread evenly over ± <see cref="CachedShareSpread"/>.</summary>
    public double CachedShare { get; init; }

    /// <summary>Half the width of that spread, 0 to 1; what leaves 0 to 1 is cut.</summary>
    public double CachedShareSpread { get; init; }
}
