using RapidTuner.Learning.Tables;

namespace RapidTuner.Learning.Latency;

/// <summary>What the JSON header of a latency model's artefact holds; everything but the trees.</summary>
internal sealed record LatencyModelHeader
{
    /// <summary>Value of <see cref="Kind"/>.</summary>
    public const string KindName = "step-latency";

    public string Kind { get; init; } = "";

    public string Program { get; init; } = "";

    /// <summary>Names of the trees' features, in order: a model of other features is refused.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Names of the law's constants, in order.</summary>
    public IReadOnlyList<string> Constants { get; init; } = [];

    public LatencyScene? Scene { get; init; }

    public LatencyReport? Report { get; init; }

    public PhaseHeader? Prefill { get; init; }

    public PhaseHeader? Decode { get; init; }

    public IReadOnlyList<SectionSpec> Sections { get; init; } = [];
}
