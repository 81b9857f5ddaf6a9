namespace RapidTuner.Learning.Registry;

/// <summary>Who is champion of one target and scope.</summary>
internal sealed record ScopeState
{
    /// <summary>Id of the champion; null: none, what is shipped is used.</summary>
    public string? Champion { get; init; }

    /// <summary>True while an operator holds the champion in office.</summary>
    public bool Pinned { get; init; }

    /// <summary>Former champions, latest last; bounded by <see cref="HistoryMax"/>.</summary>
    public IReadOnlyList<string> History { get; init; } = [];

    /// <summary>Former champions that are remembered.</summary>
    public const int HistoryMax = 100;
}
