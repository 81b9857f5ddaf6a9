namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>
/// A workload described by its statistics (<c>workloads/*.json</c>, docs/workloads.md): generates a trace from a seed and
/// holds no row of the trace that it was fitted to.
/// </summary>
public sealed record WorkloadSpec
{
    /// <summary>The format that this version reads and writes.</summary>
    public const string CurrentFormat = "rapidtuner-workload/1";

    /// <summary>Always <see cref="CurrentFormat"/>.</summary>
    public string Format { get; init; } = "";

    /// <summary>Name, as <c>--workload</c> takes it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Other names for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What kind of load it is, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>Where the statistics come from.</summary>
    public SpecSource? Source { get; init; }

    /// <summary>What its users wait for: <c>interactive</c>, <c>reasoning</c>, <c>agent</c> or <c>batch</c>. Descriptive: the SLO itself is <c>--slo</c>'s.</summary>
    public string SloClass { get; init; } = "";

    /// <summary>Length of a generated trace, seconds, ≥ 0.</summary>
    public double DurationS { get; init; }

    /// <summary>How coarse the time stamps are; null: to the microsecond.</summary>
    public TimestampSpec? Timestamps { get; init; }

    /// <summary>Independent parts of the load, at least one; a trace is their union.</summary>
    public IReadOnlyList<ComponentSpec> Components { get; init; } = [];
}
