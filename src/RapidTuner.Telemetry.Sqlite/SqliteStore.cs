using System.Collections.Frozen;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite.Files;
using RapidTuner.Telemetry.Sqlite.Rows;
using RapidTuner.Telemetry.Sqlite.Schema;
using RapidTuner.Telemetry.Store;
using SQLitePCL;

namespace RapidTuner.Telemetry.Sqlite;

/// <summary>
/// The default store: one SQLite file in WAL mode. One process writes; any number read meanwhile, each reader on a connection
/// and snapshot of its own. A commit of samples reaches the operating system (they survive the process); models and jobs are
/// synced to the disk (they survive a power cut). A file found damaged, at start or later, is set aside and a new one begun.
/// </summary>
public sealed class SqliteStore : ITelemetryStore
{
    private readonly string _path;
    private readonly SqliteStoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _writing = new();
    private readonly WriterLock? _lock;
    private FrozenDictionary<string, long> _acknowledged = FrozenDictionary<string, long>.Empty;
    private SqliteDatabase? _database;
    private BatchWriter? _writer;
    private bool _disposed;

    static SqliteStore() => Batteries_V2.Init();

    private SqliteStore(string path, SqliteStoreOptions options, TimeProvider clock)
    {
        _path = path;
        _options = options;
        _clock = clock;
        if (options.ReadOnly)
        {
            OpenReadOnly();
            return;
        }

        DataDirectory.Ensure(Path.GetDirectoryName(path)!);
        _lock = WriterLock.Take(path);
        try
        {
            _ = Writer();
        }
        catch
        {
            _database?.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Description => $"sqlite {_path}";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Acknowledged => _options.ReadOnly ? ReadCounters() : Volatile.Read(ref _acknowledged);

    /// <summary>Opens the store of a data directory, making it when it is missing.</summary>
    /// <exception cref="StoreException">It is in use, from a later version, another program's, or cannot be written.</exception>
    public static SqliteStore Open(string dataDirectory, SqliteStoreOptions options, TimeProvider clock) =>
        new(Path.Combine(Path.GetFullPath(dataDirectory), SqliteStoreOptions.FileName), options, clock);

    /// <inheritdoc/>
    public void Append(TelemetryBatch batch)
    {
        lock (_writing)
        {
            Publish(Healing(writer => writer.Append(batch)));
        }
    }

    /// <inheritdoc/>
    public IEnumerable<T> Read<T>(Table<T> table, ReadRange range)
    {
        using var database = OpenForReading();
        foreach (var row in RowReader.Read(database, table, range))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<T> ReadLatest<T>(Table<T> table, int rowsMax)
    {
        using var database = OpenForReading();
        return RowReader.Latest(database, table, rowsMax);
    }

    /// <inheritdoc/>
    public long Save(ModelRecord model) => Save(TelemetryTables.Models, model, model.Id);

    /// <inheritdoc/>
    public long Save(JobRecord job) => Save(TelemetryTables.Jobs, job, job.Id);

    /// <inheritdoc/>
    public void SetRewards(IReadOnlyCollection<KeyValuePair<long, double>> rewardBySeq)
    {
        lock (_writing)
        {
            _ = Healing(_ =>
            {
                _database!.Transaction(() =>
                {
                    using var update = _database.Prepare("UPDATE decisions SET reward = ?2 WHERE seq = ?1");
                    foreach (var (seq, reward) in rewardBySeq)
                    {
                        update.Whole(seq);
                        update.Real(reward);
                        update.Run();
                    }
                });
                return 0;
            });
        }
    }

    /// <inheritdoc/>
    public RetentionReport Retain(Retention retention, long nowUs) =>
        new SqliteRetention(retention, nowUs, Exclusive, OpenForReading, Size, _options.OnNotice).Run();

    /// <inheritdoc/>
    public void Compact()
    {
        lock (_writing)
        {
            _ = Writer();
            using (var vacuum = _database!.Prepare("PRAGMA incremental_vacuum"))
            {
                while (vacuum.Step())
                {
                }
            }

            _database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    /// <inheritdoc/>
    public StoreSize Size()
    {
        using var database = OpenForReading();
        var pageBytes = database.Number("PRAGMA page_size");
        var fileBytes = ((string[])["", "-wal", "-shm"]).Select(s => new FileInfo(_path + s)).Where(f => f.Exists).Sum(f => f.Length);
        return new StoreSize(fileBytes, database.Number("PRAGMA freelist_count") * pageBytes);
    }

    /// <inheritdoc/>
    public void Backup(string path)
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} exists already: give another name");
        }

        var partial = path + ".partial";
        File.Delete(partial);
        using (var source = OpenForReading())
        using (var target = SqliteDatabase.Open(partial, readOnly: false))
        {
            source.CopyTo(target);
            // One plain file: whoever gets the copy needs no journal beside it.
            target.Execute("PRAGMA journal_mode = DELETE");
        }

        File.Move(partial, path);
    }

    /// <inheritdoc/>
    public void Restore(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is not there", path);
        }

        using var source = SqliteDatabase.Open(path, readOnly: true);
        if (SqliteSchema.Check(source) == 0 || source.Text("PRAGMA quick_check(1)") != "ok")
        {
            throw new StoreException(StoreFault.Corrupt, $"{path} is damaged or no backup of RapidTuner: nothing was changed");
        }

        lock (_writing)
        {
            _ = Writer();
            var given = _acknowledged;
            _writer!.Dispose();
            _writer = null;
            source.CopyTo(_database!);
            CloseWriter();
            _ = Writer(given);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            try
            {
                _database?.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            catch (StoreException)
            {
                // A reader or a full disk holds the journal back; it is read again at the next start.
            }

            CloseWriter();
            _lock?.Dispose();
        }
    }

    private long Save<T>(Table<T> table, T record, string id)
    {
        lock (_writing)
        {
            var seq = Healing(writer =>
            {
                var saved = 0L;
                _database!.Execute("PRAGMA synchronous = FULL");
                try
                {
                    _database.Transaction(() => saved = writer.Save(table, in record, id));
                }
                finally
                {
                    _database.Execute("PRAGMA synchronous = NORMAL");
                }

                writer.Saved(table.Name, saved);
                return saved;
            });
            var acknowledged = new Dictionary<string, long>(_acknowledged, StringComparer.Ordinal);
            acknowledged[table.Name] = Math.Max(seq, acknowledged[table.Name]);
            Publish(acknowledged);
            return seq;
        }
    }

    private void Exclusive(Action<SqliteDatabase> work)
    {
        lock (_writing)
        {
            _ = Writer();
            work(_database!);
        }
    }

    // Runs a write; a file that proves damaged meanwhile is replaced and the write done on the new one.
    private TResult Healing<TResult>(Func<BatchWriter, TResult> write)
    {
        try
        {
            return write(Writer());
        }
        catch (StoreException fault) when (fault.Fault == StoreFault.Corrupt && !_options.ReadOnly)
        {
            Replace(fault);
            return write(Writer());
        }
        catch (StoreException)
        {
            // Whatever failed (a full disk, a lost mount) may have hurt the connection: the next try opens a new one.
            CloseWriter();
            throw;
        }
    }

    private BatchWriter Writer(IReadOnlyDictionary<string, long>? given = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_options.ReadOnly)
        {
            throw new StoreException(StoreFault.ReadOnly, $"{_path} was opened for reading");
        }

        if (_writer is not null && File.Exists(_path))
        {
            return _writer;
        }

        if (_writer is not null)
        {
            // SQLite would go on writing to a file that has no name any more.
            Notify(StoreNoticeKind.SetAside, $"{_path} is gone; a new store is begun in its place");
            CloseWriter();
        }

        try
        {
            OpenWriter(given);
        }
        catch (StoreException fault) when (fault.Fault == StoreFault.Corrupt)
        {
            Replace(fault);
        }

        return _writer!;
    }

    private void Replace(StoreException fault)
    {
        CloseWriter();
        if (File.Exists(_path))
        {
            var aside = SetAside.Move(_path, _clock.GetUtcNow());
            Notify(StoreNoticeKind.SetAside, $"{fault.Message}: the damaged file was set aside as {aside} and a new one begun; `sqlite3 {aside} .recover` saves what can be saved");
        }

        OpenWriter(_acknowledged);
    }

    private void OpenWriter(IReadOnlyDictionary<string, long>? given)
    {
        DataDirectory.Ensure(Path.GetDirectoryName(_path)!);
        given ??= _acknowledged;
        var database = SqliteDatabase.Open(_path, readOnly: false);
        try
        {
            var version = SqliteSchema.Check(database);
            if (version == 0)
            {
                database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
            }
            else if (new FileInfo(_path).Length <= _options.FullCheckBytes && database.Text("PRAGMA quick_check(1)") is not "ok" and var found)
            {
                throw new StoreException(StoreFault.Corrupt, $"{_path}: {found}");
            }

            database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = FILE");
            if (_options.PagesMax > 0)
            {
                database.Execute($"PRAGMA max_page_count = {_options.PagesMax}");
            }

            SqliteSchema.Migrate(database, version);
            if (version > 0 && version < SqliteSchema.Latest)
            {
                Notify(StoreNoticeKind.Migrated, $"{_path} was brought from schema version {version} to {SqliteSchema.Latest}");
            }

            var counters = Counters(database, given);
            _writer = new BatchWriter(database, counters);
            _database = database;
            Publish(counters);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void CloseWriter()
    {
        _writer?.Dispose();
        _database?.Dispose();
        (_writer, _database) = (null, null);
    }

    private SqliteDatabase OpenForReading()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var database = SqliteDatabase.Open(_path, readOnly: true);
        database.Execute("PRAGMA query_only = ON");
        return database;
    }

    private void OpenReadOnly()
    {
        if (!File.Exists(_path))
        {
            throw new StoreException(StoreFault.Unavailable, $"{_path} is not there: give the --data directory of a service or a replay");
        }

        using var database = SqliteDatabase.Open(_path, readOnly: true);
        var version = SqliteSchema.Check(database);
        if (version < SqliteSchema.Latest)
        {
            throw new StoreException(StoreFault.Foreign, $"{_path} has schema version {version} of {SqliteSchema.Latest}: start the service on it once, which brings it up to date");
        }
    }

    private Dictionary<string, long> ReadCounters()
    {
        using var database = OpenForReading();
        return Counters(database, _acknowledged);
    }

    private static Dictionary<string, long> Counters(SqliteDatabase database, IReadOnlyDictionary<string, long> atLeast)
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

    private void Publish(IReadOnlyDictionary<string, long> acknowledged) =>
        Volatile.Write(ref _acknowledged, acknowledged.ToFrozenDictionary(StringComparer.Ordinal));

    private void Notify(StoreNoticeKind kind, string message) => _options.OnNotice?.Invoke(new StoreNotice(kind, message));
}
