using RapidTuner.Telemetry.Sqlite.Rows;
using RapidTuner.Telemetry.Sqlite.Schema;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Store.Files;

namespace RapidTuner.Telemetry.Sqlite.Files;

/// <summary>
/// The database file and the one connection that writes to it. Whoever asks for the writer gets one that works: a file that is
/// damaged is set aside and a new one begun, one that vanished is begun anew. Not thread-safe: the store's lock guards it.
/// </summary>
internal sealed class SqliteFile(string path, SqliteStoreOptions options, TimeProvider clock) : IDisposable
{
    private BatchWriter? _writer;
    private SqliteDatabase? _database;

    private volatile bool _suspect;

    public string Path { get; } = path;

    /// <summary>The writing connection; there is one after <see cref="Writer"/>.</summary>
    public SqliteDatabase Database => _database ?? throw new InvalidOperationException("no writer is open");

    /// <summary>The writer, opened when it is not.</summary>
    /// <param name="given">Highest seqs ever given out: a new file goes on from there.</param>
    /// <param name="opened">Called with the counters of a file that had to be opened.</param>
    public BatchWriter Writer(IReadOnlyDictionary<string, long> given, Action<IReadOnlyDictionary<string, long>> opened)
    {
        if (options.ReadOnly)
        {
            throw new StoreException(StoreFault.ReadOnly, $"{Path} was opened for reading");
        }

        if (_writer is not null && !_suspect && File.Exists(Path))
        {
            return _writer;
        }

        if (_writer is not null)
        {
            if (!File.Exists(Path))
            {
                // SQLite would go on writing to a file that has no name any more.
                Notify(StoreNoticeKind.SetAside, $"{Path} is gone; a new store is begun in its place");
            }

            Close();
        }

        try
        {
            return Open(given, opened);
        }
        catch (StoreException fault) when (fault.Fault == StoreFault.Corrupt)
        {
            return Replace(fault, given, opened);
        }
    }

    /// <summary>A reader met damage that the writer's cache hides: the next write looks at the file as a whole.</summary>
    public void Suspect() => _suspect = true;

    /// <summary>Sets the damaged file aside and begins a new one.</summary>
    public BatchWriter Replace(StoreException fault, IReadOnlyDictionary<string, long> given, Action<IReadOnlyDictionary<string, long>> opened)
    {
        Close();
        _suspect = false;
        if (File.Exists(Path))
        {
            var aside = SetAside.Move(Path, clock.GetUtcNow(), (Path + "-wal", "-wal"), (Path + "-shm", "-shm"));
            Notify(StoreNoticeKind.SetAside, $"{fault.Message}: the damaged file was set aside as {aside} and a new one begun; `sqlite3 {aside} .recover` saves what can be saved");
        }

        return Open(given, opened);
    }

    /// <summary>Finalises the writer's statements but keeps the connection, for a restore into it.</summary>
    public SqliteDatabase DetachWriter()
    {
        _writer?.Dispose();
        _writer = null;
        return Database;
    }

    public void Close()
    {
        _writer?.Dispose();
        _database?.Dispose();
        (_writer, _database) = (null, null);
    }

    /// <summary>A connection of its own for one reader.</summary>
    public SqliteDatabase OpenForReading()
    {
        var database = SqliteDatabase.Open(Path, readOnly: true);
        database.Execute("PRAGMA query_only = ON");
        return database;
    }

    /// <summary>Refuses a file that cannot be read as it is: reading alone migrates nothing.</summary>
    public void CheckReadable()
    {
        if (!File.Exists(Path))
        {
            throw new StoreException(StoreFault.Unavailable, $"{Path} is not there: give the --data directory of a service or a replay");
        }

        using var database = SqliteDatabase.Open(Path, readOnly: true);
        var version = SqliteSchema.Check(database);
        if (version < SqliteSchema.Latest)
        {
            throw new StoreException(StoreFault.Foreign, $"{Path} has schema version {version} of {SqliteSchema.Latest}: start the service on it once, which brings it up to date");
        }
    }

    /// <summary>Highest seq of each table that was ever given out.</summary>
    public static Dictionary<string, long> Counters(SqliteDatabase database, IReadOnlyDictionary<string, long> atLeast)
    {
        var counters = TelemetryTables.All.ToDictionary(t => t.Name, t => atLeast.GetValueOrDefault(t.Name), StringComparer.Ordinal);
        using var statement = database.Prepare("SELECT table_name, last_seq FROM counters");
        while (statement.Step())
        {
            var table = statement.GetText(0);
            counters[table] = Math.Max(statement.GetWhole(1), counters.GetValueOrDefault(table));
        }

        return counters;
    }

    public void Dispose()
    {
        try
        {
            _database?.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (StoreException)
        {
            // A reader or a full disk holds the journal back; it is read again at the next start.
        }

        Close();
    }

    private BatchWriter Open(IReadOnlyDictionary<string, long> given, Action<IReadOnlyDictionary<string, long>> opened)
    {
        DataDirectory.Ensure(System.IO.Path.GetDirectoryName(Path)!);
        var database = SqliteDatabase.Open(Path, readOnly: false);
        try
        {
            Prepare(database);
            var counters = Counters(database, given);
            _writer = new BatchWriter(database, counters);
            _database = database;
            opened(counters);
            return _writer;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void Prepare(SqliteDatabase database)
    {
        var version = SqliteSchema.Check(database);
        if (version == 0)
        {
            database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
        }
        else if ((_suspect || new FileInfo(Path).Length <= options.FullCheckBytes) && database.Text("PRAGMA quick_check(1)") is not "ok" and var found)
        {
            throw new StoreException(StoreFault.Corrupt, $"{Path}: {found}");
        }

        _suspect = false;
        database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
        if (options.PagesMax > 0)
        {
            database.Execute($"PRAGMA max_page_count = {options.PagesMax}");
        }

        SqliteSchema.Migrate(database, version, SqliteSchema.Latest);
        if (version > 0 && version < SqliteSchema.Latest)
        {
            Notify(StoreNoticeKind.Migrated, $"{Path} was brought from schema version {version} to {SqliteSchema.Latest}");
        }
    }

    private void Notify(StoreNoticeKind kind, string message) => options.OnNotice?.Invoke(new StoreNotice(kind, message));
}
