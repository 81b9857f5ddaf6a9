using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Registry;

/// <summary>A scene as it lies in a file.</summary>
internal sealed record SceneFile
{
    public int Format { get; init; } = RegistryEntry.FormatNewest;

    public required LatencyScene Scene { get; init; }

    /// <summary>What tells the machine apart from others without measuring it; null: not known.</summary>
    public string? Machine { get; init; }
}
