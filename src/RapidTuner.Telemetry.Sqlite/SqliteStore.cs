using System.Collections.Frozen;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite.Files;
using RapidTuner.Telemetry.Sqlite.Rows;
using RapidTuner.Telemetry.Sqlite.Schema;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Store.Files;
using RapidTuner.Telemetry.Store.Life;
using SQLitePCL;

namespace RapidTuner.Telemetry.Sqlite;

/// <summary>
/// The default store: one SQLite file in WAL mode. One process writes; any number read meanwhile, each reader on a connection
/// and snapshot of its own. A commit of samples reaches the operating system (they survive the process); models and jobs are
/// synced to the disk (they survive a power cut). A file found damaged, at start or later, is set aside and a new one begun.
/// </summary>
public sealed class SqliteStore : ITelemetryStore
{
    private readonly SqliteStoreOptions _options;
    private readonly Lock _writing = new();
    private readonly SqliteFile _file;
    private readonly WriterLock? _lock;
    private FrozenDictionary<string, long> _acknowledged = FrozenDictionary<string, long>.Empty;
    private bool _disposed;

    static SqliteStore() => Batteries_V2.Init();

    private SqliteStore(string path, SqliteStoreOptions options, TimeProvider clock)
    {
        _options = options;
        _file = new SqliteFile(path, options, clock);
        if (options.ReadOnly)
        {
            _file.CheckReadable();
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
            _file.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Description => $"sqlite {_file.Path}";

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
        using var database = Watching(OpenForReading);
        using var rows = RowReader.Read(database, table, range).GetEnumerator();
        while (Watching(rows.MoveNext))
        {
            yield return rows.Current;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<T> ReadLatest<T>(Table<T> table, int rowsMax)
    {
        using var database = Watching(OpenForReading);
        return Watching(() => RowReader.Latest(database, table, rowsMax));
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
                _file.Database.Transaction(() =>
                {
                    using var update = _file.Database.Prepare("UPDATE decisions SET reward = ?2 WHERE seq = ?1");
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
        new RetentionPass(this, new SqliteLife(Change, Append, OpenForReading), retention, nowUs, _options.OnNotice).Run();

    /// <inheritdoc/>
    public void Compact()
    {
        lock (_writing)
        {
            _ = Writer();
            using (var vacuum = _file.Database.Prepare("PRAGMA incremental_vacuum"))
            {
                while (vacuum.Step())
                {
                }
            }

            _file.Database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    /// <inheritdoc/>
    public StoreSize Size()
    {
        using var database = OpenForReading();
        var pageBytes = database.Number("PRAGMA page_size");
        var fileBytes = ((string[])["", "-wal", "-shm"]).Select(s => new FileInfo(_file.Path + s)).Where(f => f.Exists).Sum(f => f.Length);
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
            source.CopyTo(_file.DetachWriter());
            _file.Close();
            // Opening merges the restored counters with those already given out.
            _ = Writer();
            Healing(writer => writer.SaveCounters());
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
            _file.Dispose();
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
                _file.Database.Execute("PRAGMA synchronous = FULL");
                try
                {
                    _file.Database.Transaction(() => saved = writer.Save(table, in record, id));
                }
                finally
                {
                    _file.Database.Execute("PRAGMA synchronous = NORMAL");
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

    private long Change(Func<SqliteDatabase, long> work)
    {
        lock (_writing)
        {
            return Healing(_ => work(_file.Database));
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
            return write(_file.Replace(fault, _acknowledged, Publish));
        }
        catch (StoreException)
        {
            // Whatever failed (a full disk, a lost mount) may have hurt the connection: the next try opens a new one.
            _file.Close();
            throw;
        }
    }

    private T Watching<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (StoreException fault) when (fault.Fault == StoreFault.Corrupt)
        {
            _file.Suspect();
            throw;
        }
    }

    private BatchWriter Writer()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _file.Writer(_acknowledged, Publish);
    }

    private SqliteDatabase OpenForReading()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _file.OpenForReading();
    }

    private Dictionary<string, long> ReadCounters()
    {
        using var database = OpenForReading();
        return SqliteFile.Counters(database, _acknowledged);
    }

    private void Publish(IReadOnlyDictionary<string, long> acknowledged) =>
        Volatile.Write(ref _acknowledged, acknowledged.ToFrozenDictionary(StringComparer.Ordinal));
}
