namespace RapidTuner.Learning.Registry;

/// <summary>One model of the registry; written once and never changed.</summary>
public sealed record RegistryEntry
{
    /// <summary>Newest format of entries and state that this program reads.</summary>
    public const int FormatNewest = 1;

    /// <summary>Format that it was written in.</summary>
    public int Format { get; init; } = FormatNewest;

    /// <summary>Its name, unique in its folder.</summary>
    public string Id { get; init; } = "";

    /// <summary>What it predicts.</summary>
    public string Target { get; init; } = "";

    /// <summary>For what.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Which trainer made it.</summary>
    public string Trainer { get; init; } = "";

    /// <summary>When it was trained, Unix microseconds; 0 for shipped models, whose files are reproducible.</summary>
    public long CreatedUs { get; init; }

    /// <summary>Program that made it.</summary>
    public string Program { get; init; } = "";

    /// <summary>The champion that it was to replace; "" when none.</summary>
    public string Parent { get; init; } = "";

    /// <summary>Start of the data it saw, Unix microseconds.</summary>
    public long DataFromUs { get; init; }

    /// <summary>End of the data it saw, Unix microseconds, exclusive.</summary>
    public long DataToUs { get; init; }

    /// <summary>Where the data came from, for people.</summary>
    public string DataOrigin { get; init; } = "";

    /// <summary>Samples it was trained on.</summary>
    public long Rows { get; init; }

    /// <summary>Names of its features, in order.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Seed of its training.</summary>
    public ulong Seed { get; init; }

    /// <summary>Hyper-parameters.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new Dictionary<string, double>();

    /// <summary>Held-out metrics per group.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, double>>();

    /// <summary>What it failed at; none: it passed its gate.</summary>
    public IReadOnlyList<string> GateFailures { get; init; } = [];

    /// <summary>What it is for and where it must not be trusted.</summary>
    public string Use { get; init; } = "";

    /// <summary>SHA-256 of the artefact's file, hexadecimal.</summary>
    public string Checksum { get; init; } = "";
}
