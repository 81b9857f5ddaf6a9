namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>One part of a load: when its requests arrive and how long they are.</summary>
public sealed record ComponentSpec
{
    /// <summary>Name, unique in the spec; its random streams are derived from it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The rate over time.</summary>
    public RateSpec Rate { get; init; } = new();

    /// <summary>Random bursts on top of the rate; null: none.</summary>
    public BurstSpec? Bursts { get; init; }

    /// <summary>The gaps between requests, relative to the rate; null: Poisson arrivals.</summary>
    public GapSpec? Gaps { get; init; }

    /// <summary>Prompt, output and cached tokens.</summary>
    public LengthSpec Lengths { get; init; } = new();
}
