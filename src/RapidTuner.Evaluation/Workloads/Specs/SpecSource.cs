namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Where a spec's statistics come from and on what terms.</summary>
public sealed record SpecSource
{
    /// <summary>The data set, or how the numbers were chosen.</summary>
    public string Data { get; init; } = "";

    /// <summary>Licence of the data.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Who made the data, as its licence asks to be named.</summary>
    public string Attribution { get; init; } = "";

    /// <summary>What was done to it.</summary>
    public string Changes { get; init; } = "";
}
