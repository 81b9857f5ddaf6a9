using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Workloads.Fitting;

/// <summary>What a fit cannot know from the trace.</summary>
public sealed record FitOptions
{
    /// <summary>Name of the spec; null (default): the trace's.</summary>
    public string? Name { get; init; }

    /// <summary>What kind of load it is.</summary>
    public string Description { get; init; } = "";

    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What its users wait for; default <c>interactive</c>.</summary>
    public string SloClass { get; init; } = "interactive";

    /// <summary>Where the data comes from and on what terms; null when unknown.</summary>
    public SpecSource? Source { get; init; }
}
