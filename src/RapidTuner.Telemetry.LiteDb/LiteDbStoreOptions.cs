using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb;

/// <summary>How a LiteDB store is opened.</summary>
public sealed record LiteDbStoreOptions
{
    /// <summary>Name of the database in a data directory.</summary>
    public const string FileName = "telemetry.litedb";

    /// <summary>Opened for reading alone: nothing is made, moved or migrated, and another process may write meanwhile.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Files up to this size are checked page by page when they are opened for writing; larger ones by their first page.</summary>
    /// <value>Bytes; default 256 MiB: about 0.2 s.</value>
    public long FullCheckBytes { get; init; } = 256L << 20;

    /// <summary>Size of the log at which it is merged into the data file.</summary>
    /// <value>Bytes; default 32 MiB. Chosen: each merge ends in a sync of the disk, which a smaller log would pay for more often.</value>
    public long LogBytesMax { get; init; } = 32L << 20;

    /// <summary>Called with what an operator must hear of; must return at once.</summary>
    public Action<StoreNotice>? OnNotice { get; init; }
}
