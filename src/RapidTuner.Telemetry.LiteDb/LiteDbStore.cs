using RapidTuner.Telemetry.LiteDb.Files;
using RapidTuner.Telemetry.LiteDb.Rows;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Store.Files;
using RapidTuner.Telemetry.Store.Life;

namespace RapidTuner.Telemetry.LiteDb;

/// <summary>
/// The full edition's default store: one LiteDB file with its log. One process writes; others read snapshots meanwhile. A commit reaches the
/// operating system (samples survive the process); models and jobs are synced to the disk (they survive a power cut). A file found
/// damaged is set aside and a new one begun.
/// </summary>
public sealed class LiteDbStore : ITelemetryStore
{
    private static readonly Dictionary<string, long> Nothing = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly LiteDbStoreOptions _options;
    private readonly SharedFile? _shared;
    private readonly WriterLock? _lock;
    private long _freeBytes;

    private LiteDbStore(string path, LiteDbStoreOptions options, TimeProvider clock)
    {
        _path = path;
        _options = options;
        if (options.ReadOnly)
        {
            Snapshot().Dispose();
            return;
        }

        DataDirectory.Ensure(Path.GetDirectoryName(path)!);
        _lock = WriterLock.Take(path);
        _shared = new SharedFile(new LiteDbFile(path, options, clock), options.LogBytesMax);
        try
        {
            _shared.Open();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Description => $"litedb {_path}";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Acknowledged => _shared?.Acknowledged ?? Look(snapshot => (IReadOnlyDictionary<string, long>)snapshot.Counters(Nothing));

    private SharedFile Writable => _shared ?? throw new StoreException(StoreFault.ReadOnly, $"{_path} was opened for reading");

    /// <summary>Opens the store of a data directory, making it when it is missing.</summary>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static LiteDbStore Open(string dataDirectory, LiteDbStoreOptions options, TimeProvider clock) =>
        new(Path.Combine(Path.GetFullPath(dataDirectory), LiteDbStoreOptions.FileName), options, clock);

    /// <inheritdoc/>
    public void Append(TelemetryBatch batch) => Writable.Change(file =>
    {
        Writable.Publish(file.Insert!.Append(batch));
        return 0;
    });

    /// <inheritdoc/>
    public IEnumerable<T> Read<T>(Table<T> table, ReadRange range) => _shared is { } shared ? ReadOwn(shared, table, range) : ReadSnapshot(table, range);

    /// <inheritdoc/>
    public IReadOnlyList<T> ReadLatest<T>(Table<T> table, int rowsMax) => Look(database => DocumentReader<T>.Latest(database, table, rowsMax));

    /// <inheritdoc/>
    public long Save(ModelRecord model) => Save(TelemetryTables.Models, model, model.Id);

    /// <inheritdoc/>
    public long Save(JobRecord job) => Save(TelemetryTables.Jobs, job, job.Id);

    /// <inheritdoc/>
    public void SetRewards(IReadOnlyCollection<KeyValuePair<long, double>> rewardBySeq) => Change(database => database.Transaction(() =>
    {
        var decisions = database.Of(TelemetryTables.Decisions);
        foreach (var (seq, reward) in rewardBySeq)
        {
            if (decisions.FindById(seq) is { } decision)
            {
                decision["reward"] = reward;
                decisions.Update(decision);
            }
        }

        return 0L;
    }));

    /// <inheritdoc/>
    public RetentionReport Retain(Retention retention, long nowUs) =>
        new RetentionPass(this, new LiteDbLife(Change, Append, Writable.Merge), retention, nowUs, _options.OnNotice).Run();

    /// <summary>Writes what is left into a new file, when at least a quarter of the old one is free: LiteDB gives no room back otherwise. Holds up writes meanwhile.</summary>
    public void Compact()
    {
        Writable.Merge();
        if (Size() is var size && size.FreeBytes * 4 < size.FileBytes)
        {
            return;
        }

        Writable.Exchange(file =>
        {
            file.Database!.Merge();
            if (file.Database.LogBytes > 0)
            {
                // Somebody reads from outside. Putting the file aside now could lose the log to a crash.
                return;
            }

            var fresh = _path + ".compact";
            FileCopies.Compact(file.Database, fresh);
            file.Close();
            FileCopies.Put(fresh, _path);
        });
    }

    /// <inheritdoc/>
    public StoreSize Size()
    {
        var logBytes = LiteDbDatabase.LengthOf(LiteDbDatabase.LogOf(_path));
        if (logBytes == 0)
        {
            Volatile.Write(ref _freeBytes, LiteDbFaults.Translate(_path, () => PageCheck.FreeBytes(_path)));
        }

        return new StoreSize(LiteDbDatabase.LengthOf(_path) + logBytes, Volatile.Read(ref _freeBytes));
    }

    /// <inheritdoc/>
    public void Backup(string path)
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} exists already: give another name");
        }

        if (_shared is { } shared)
        {
            shared.Copy((database, logBytes) => FileCopies.Backup(database, logBytes, path));
            return;
        }

        using var snapshot = Snapshot();
        FileCopies.Backup(snapshot, snapshot.LogBytes, path);
    }

    /// <inheritdoc/>
    public void Restore(string path)
    {
        var fresh = FileCopies.Checked(path, _path + ".restore");
        Writable.Exchange(file =>
        {
            file.Close();
            FileCopies.Put(fresh, _path);
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shared?.Dispose();
        _lock?.Dispose();
    }

    // A portion of an exchanged file would not fit to those before it.
    private IEnumerable<T> ReadOwn<T>(SharedFile shared, Table<T> table, ReadRange range)
    {
        var replaced = shared.Replaced;
        return new DocumentReader<T>(
            work => replaced == shared.Replaced
                ? shared.Use(work)
                : throw new StoreException(StoreFault.Unavailable, $"{_path} was replaced while it was read: read again"),
            table,
            range).Rows();
    }

    private IEnumerable<T> ReadSnapshot<T>(Table<T> table, ReadRange range)
    {
        using var snapshot = Snapshot();
        foreach (var row in new DocumentReader<T>(work => LiteDbFaults.Translate(_path, () => work(snapshot)), table, range).Rows())
        {
            yield return row;
        }
    }

    private LiteDbDatabase Snapshot() => LiteDbFaults.Translate(_path, () => LiteDbDatabase.OpenReading(_path));

    private T Look<T>(Func<LiteDbDatabase, T> work)
    {
        if (_shared is { } shared)
        {
            return shared.Use(work);
        }

        using var snapshot = Snapshot();
        return LiteDbFaults.Translate(_path, () => work(snapshot));
    }

    private long Change(Func<LiteDbDatabase, long> work) => Writable.Change(file => work(file.Database!));

    private long Save<T>(Table<T> table, T record, string id) => Writable.Change(file =>
    {
        var saved = file.Insert!.Save(table, record, id);
        file.Database!.Sync();
        var acknowledged = new Dictionary<string, long>(Writable.Acknowledged, StringComparer.Ordinal);
        acknowledged[table.Name] = Math.Max(saved, acknowledged[table.Name]);
        Writable.Publish(acknowledged);
        return saved;
    });
}
