namespace RapidTuner.Learning.Registry;

/// <summary>A trained model on its way into the registry.</summary>
public sealed record ModelCandidate
{
    /// <summary>What it predicts, such as <c>step_latency</c>: lower-case letters, digits and underscores.</summary>
    public required string Target { get; init; }

    /// <summary>For what: one champion per target and scope, such as <c>mi300x+llama-3.1-70b+tp1</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>Which trainer made it.</summary>
    public required string Trainer { get; init; }

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
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new SortedDictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Held-out metrics per group, base units and fractions.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics { get; init; } =
        new SortedDictionary<string, IReadOnlyDictionary<string, double>>(StringComparer.Ordinal);

    /// <summary>What it failed at, one sentence each; none: it passed its gate.</summary>
    public IReadOnlyList<string> GateFailures { get; init; } = [];

    /// <summary>What it is for and where it must not be trusted, sentences for its card.</summary>
    public string Use { get; init; } = "";

    /// <summary>Writes the artefact to a path.</summary>
    public required Action<string> Save { get; init; }
}
