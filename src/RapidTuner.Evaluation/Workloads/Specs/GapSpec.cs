namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>
/// Gaps between requests: a coefficient of variation, or one distribution for each class of rates (busy times are not quiet
/// times played faster).
/// </summary>
public sealed record GapSpec
{
    /// <summary>Coefficient of variation of Gamma gaps, &gt; 0; 1 is Poisson. Null with <see cref="Classes"/>.</summary>
    public double? Cv { get; init; }

    /// <summary>Rates that part the classes, requests per second, rising; one fewer than there are classes.</summary>
    public IReadOnlyList<double>? RateLimits { get; init; }

    /// <summary>
    /// <c>mean_gap</c>: gaps of the classes are in units of the mean gap of their step and are stretched to fill it (a steady
    /// stream). <c>s</c>: they are in seconds and keep their length, and what is left of the step is a pause (bursts on and
    /// off). Only with <see cref="Classes"/>.
    /// </summary>
    public string? Unit { get; init; }

    /// <summary>Distribution of the gap after a request that arrives at a rate of each class.</summary>
    public IReadOnlyList<CdfSpec>? Classes { get; init; }
}
