namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>A distribution as a piecewise linear cumulative function through a few points.</summary>
public sealed record CdfSpec
{
    /// <summary>
    /// Values, rising. Of a whole-numbered quantity the first is one below the smallest, and a share that falls between two
    /// values is spread evenly over the whole numbers above the lower up to the upper one.
    /// </summary>
    public IReadOnlyList<double> At { get; init; } = [];

    /// <summary>Share of the distribution up to each value: from 0 to 1, never falling.</summary>
    public IReadOnlyList<double> UpTo { get; init; } = [];
}
