using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Sqlite;

/// <summary>How an SQLite store is opened.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>Name of the database in a data directory.</summary>
    public const string FileName = "telemetry.db";

    /// <summary>Opened for reading alone: nothing is made, moved or migrated, and other processes may write meanwhile.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Files up to this size are checked page by page when they are opened for writing; larger ones by their header and schema.</summary>
    /// <value>Bytes; default 64 MiB: about 0.2 s.</value>
    public long FullCheckBytes { get; init; } = 64L << 20;

    /// <summary>Most pages that the file may have, 4 KiB each; 0: no limit of its own. A full store refuses writes until something is deleted.</summary>
    public long PagesMax { get; init; }

    /// <summary>Called with what an operator must hear of; must return at once.</summary>
    public Action<StoreNotice>? OnNotice { get; init; }
}
