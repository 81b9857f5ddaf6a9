namespace RapidTuner.Telemetry.Records;

/// <summary>One trained model in the registry. Written to outlast a power cut.</summary>
public sealed record ModelRecord
{
    /// <summary>Rising number in its table; 0 before the store gave one.</summary>
    public long Seq { get; init; }

    /// <summary>Name of the model, unique in the store.</summary>
    public string Id { get; init; } = "";

    /// <summary>What it predicts, such as "decode_latency".</summary>
    public string Target { get; init; } = "";

    /// <summary>"champion", "challenger", "retired" or "failed".</summary>
    public string Status { get; init; } = "";

    /// <summary>Kept in office whatever a gate says.</summary>
    public bool Pinned { get; init; }

    /// <summary>When it was trained, Unix microseconds.</summary>
    public long CreatedUs { get; init; }

    /// <summary>The model it was to replace; "" when none.</summary>
    public string Parent { get; init; } = "";

    /// <summary>Trainer that made it.</summary>
    public string Trainer { get; init; } = "";

    /// <summary>Start of the data it saw, Unix microseconds.</summary>
    public long DataFromUs { get; init; }

    /// <summary>End of the data it saw, Unix microseconds, exclusive.</summary>
    public long DataToUs { get; init; }

    /// <summary>The features that it expects, in order, separated by commas.</summary>
    public string FeatureSchema { get; init; } = "";

    /// <summary>Seed of the training.</summary>
    public long Seed { get; init; }

    /// <summary>Hyper-parameters as JSON.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>Metrics per group as JSON.</summary>
    public string Metrics { get; init; } = "";

    /// <summary>SHA-256 of the artefact, hexadecimal.</summary>
    public string Checksum { get; init; } = "";

    /// <summary>Model card, Markdown.</summary>
    public string Card { get; init; } = "";

    /// <summary>The artefact itself; empty unless it is champion.</summary>
    public byte[] Artefact { get; init; } = [];
}
