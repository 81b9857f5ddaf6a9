namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>A rate over time: either expected requests per step, or knots with straight lines between them.</summary>
public sealed record RateSpec
{
    /// <summary>Width of a step, seconds, &gt; 0; only with <see cref="Requests"/>.</summary>
    public double StepS { get; init; }

    /// <summary>Expected requests of each step, ≥ 0; the last step may be cut by the end of the trace.</summary>
    public IReadOnlyList<double>? Requests { get; init; }

    /// <summary>Times of the knots, seconds, rising; before the first and after the last the rate stays.</summary>
    public IReadOnlyList<double>? AtS { get; init; }

    /// <summary>Requests per second at each knot, ≥ 0.</summary>
    public IReadOnlyList<double>? PerS { get; init; }
}
