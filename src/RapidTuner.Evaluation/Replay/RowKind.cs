namespace RapidTuner.Evaluation.Replay;

/// <summary>How a row runs (COMPARISON §2, column "where").</summary>
internal enum RowKind
{
    /// <summary>A pure policy on one device in split mode.</summary>
    Pure,

    /// <summary>The best static split in hindsight.</summary>
    StaticBest,

    /// <summary>Chunked-prefill hybrid batching on all units.</summary>
    Hybrid,

    /// <summary>Prefill and decode on devices of their own.</summary>
    Disaggregated,

    /// <summary>Search with hindsight over every lever.</summary>
    Oracle,
}
