namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>
/// Gaps between requests in units of the mean gap at the rate around them, so that 1 is "as expected": a coefficient of
/// variation, or one distribution for each class of rates (busy times are not quiet times played faster).
/// </summary>
public sealed record GapSpec
{
    /// <summary>Coefficient of variation of Gamma gaps, &gt; 0; 1 is Poisson. Null with <see cref="Classes"/>.</summary>
    public double? Cv { get; init; }

    /// <summary>Rates that part the classes, requests per second, rising; one fewer than there are classes.</summary>
    public IReadOnlyList<double>? RateLimits { get; init; }

    /// <summary>Distribution of the gap after a request that arrives at a rate of each class.</summary>
    public IReadOnlyList<CdfSpec>? Classes { get; init; }
}
