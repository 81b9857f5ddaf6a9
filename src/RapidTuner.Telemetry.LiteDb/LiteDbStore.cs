using System.Collections.Frozen;
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
    // A log this many times its limit waits for readers; before that a merge is put off while somebody reads.
    private const int PatientLogs = 8;

    private readonly LiteDbStoreOptions _options;
    private readonly Lock _writing = new();

    // Readers of this process share it for one portion at a time; whoever closes, merges or replaces the file needs it alone. Taken after _writing.
    private readonly ReaderWriterLockSlim _use = new();
    private readonly LiteDbFile _file;
    private readonly WriterLock? _lock;
    private FrozenDictionary<string, long> _acknowledged = FrozenDictionary<string, long>.Empty;
    private long _freeBytes;
    private int _replaced;
    private bool _disposed;

    private LiteDbStore(string path, LiteDbStoreOptions options, TimeProvider clock)
    {
        _options = options;
        _file = new LiteDbFile(path, options, clock);
        if (options.ReadOnly)
        {
            LiteDbFaults.Translate(path, () => LiteDbDatabase.OpenReading(path)).Dispose();
            return;
        }

        DataDirectory.Ensure(Path.GetDirectoryName(path)!);
        _lock = WriterLock.Take(path);
        try
        {
            Ready();
        }
        catch
        {
            _file.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Description => $"litedb {_file.Path}";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Acknowledged
    {
        get
        {
            if (!_options.ReadOnly)
            {
                return Volatile.Read(ref _acknowledged);
            }

            using var snapshot = LiteDbFaults.Translate(_file.Path, () => LiteDbDatabase.OpenReading(_file.Path));
            return snapshot.Counters(_acknowledged);
        }
    }

    /// <summary>Opens the store of a data directory, making it when it is missing.</summary>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static LiteDbStore Open(string dataDirectory, LiteDbStoreOptions options, TimeProvider clock) =>
        new(Path.Combine(Path.GetFullPath(dataDirectory), LiteDbStoreOptions.FileName), options, clock);

    /// <inheritdoc/>
    public void Append(TelemetryBatch batch) => Change(_ =>
    {
        Publish(_file.Insert!.Append(batch));
        return 0;
    });

    /// <inheritdoc/>
    public IEnumerable<T> Read<T>(Table<T> table, ReadRange range) => _options.ReadOnly ? ReadSnapshot(table, range) : ReadOwn(table, range);

    /// <inheritdoc/>
    public IReadOnlyList<T> ReadLatest<T>(Table<T> table, int rowsMax)
    {
        if (!_options.ReadOnly)
        {
            return Use(database => DocumentReader<T>.Latest(database, table, rowsMax));
        }

        using var snapshot = LiteDbFaults.Translate(_file.Path, () => LiteDbDatabase.OpenReading(_file.Path));
        return LiteDbFaults.Translate(_file.Path, () => DocumentReader<T>.Latest(snapshot, table, rowsMax));
    }

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

        return 0;
    }));

    /// <inheritdoc/>
    public RetentionReport Retain(Retention retention, long nowUs) =>
        new RetentionPass(this, new LiteDbLife(Change, Append, Merge), retention, nowUs, _options.OnNotice).Run();

    /// <summary>Writes what is left into a new file, when at least a quarter of the old one is free: LiteDB gives no room back otherwise. Holds up writes meanwhile.</summary>
    public void Compact()
    {
        Merge();
        if (Size() is var size && size.FreeBytes * 4 < size.FileBytes)
        {
            return;
        }

        lock (_writing)
        {
            Alone(() =>
            {
                var fresh = _file.Path + ".compact";
                FileCopies.Compact(_file.Database!, fresh);
                _file.Close();
                FileCopies.Put(fresh, _file.Path);
                return 0;
            });
            Ready();
        }
    }

    /// <inheritdoc/>
    public StoreSize Size()
    {
        var logBytes = LiteDbDatabase.LengthOf(LiteDbDatabase.LogOf(_file.Path));
        if (logBytes == 0)
        {
            Volatile.Write(ref _freeBytes, LiteDbFaults.Translate(_file.Path, () => PageCheck.FreeBytes(_file.Path)));
        }

        return new StoreSize(LiteDbDatabase.LengthOf(_file.Path) + logBytes, Volatile.Read(ref _freeBytes));
    }

    /// <inheritdoc/>
    public void Backup(string path)
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} exists already: give another name");
        }

        if (_options.ReadOnly)
        {
            using var snapshot = LiteDbFaults.Translate(_file.Path, () => LiteDbDatabase.OpenReading(_file.Path));
            FileCopies.Backup(snapshot, snapshot.LogBytes, path);
            return;
        }

        // Sharing keeps merges away while the two files are copied; appends go on at the log's end, past the length taken here.
        long logBytes;
        LiteDbDatabase database;
        lock (_writing)
        {
            Ready();
            database = _file.Database!;
            logBytes = database.LogBytes;
            _use.EnterReadLock();
        }

        try
        {
            FileCopies.Backup(database, logBytes, path);
        }
        finally
        {
            _use.ExitReadLock();
        }
    }

    /// <inheritdoc/>
    public void Restore(string path)
    {
        var fresh = FileCopies.Checked(path, _file.Path + ".restore");
        lock (_writing)
        {
            Ready();
            Alone(() =>
            {
                _file.Database!.Merge();
                _file.Close();
                FileCopies.Put(fresh, _file.Path);
                return 0;
            });
            // Opening merges the restored counters with those already given out.
            Ready();
            LiteDbFaults.Translate(_file.Path, () =>
            {
                _file.Insert!.SaveCounters();
                return 0;
            });
            Interlocked.Increment(ref _replaced);
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

            Merge();
            _use.EnterWriteLock();
            _disposed = true;
            _file.Dispose();
            _use.ExitWriteLock();
            _lock?.Dispose();
        }
    }

    private IEnumerable<T> ReadSnapshot<T>(Table<T> table, ReadRange range)
    {
        using var snapshot = LiteDbFaults.Translate(_file.Path, () => LiteDbDatabase.OpenReading(_file.Path));
        foreach (var row in new DocumentReader<T>(work => LiteDbFaults.Translate(_file.Path, () => work(snapshot)), table, range).Rows())
        {
            yield return row;
        }
    }

    private IEnumerable<T> ReadOwn<T>(Table<T> table, ReadRange range)
    {
        var replaced = Volatile.Read(ref _replaced);
        return new DocumentReader<T>(
            work => replaced == Volatile.Read(ref _replaced)
                ? Use(work)
                : throw new StoreException(StoreFault.Unavailable, $"{_file.Path} was replaced while it was read: read again"),
            table,
            range).Rows();
    }

    private long Save<T>(Table<T> table, T record, string id)
    {
        var saved = 0L;
        Change(database =>
        {
            saved = _file.Insert!.Save(table, record, id);
            database.Sync();
            var acknowledged = new Dictionary<string, long>(_acknowledged, StringComparer.Ordinal);
            acknowledged[table.Name] = Math.Max(saved, acknowledged[table.Name]);
            Publish(acknowledged);
            return 0;
        });
        return saved;
    }

    // Runs a write; a file that proves damaged meanwhile is replaced and the write done on the new one.
    private long Change(Func<LiteDbDatabase, long> work)
    {
        if (_options.ReadOnly)
        {
            throw new StoreException(StoreFault.ReadOnly, $"{_file.Path} was opened for reading");
        }

        lock (_writing)
        {
            long result;
            Ready();
            try
            {
                result = LiteDbFaults.Translate(_file.Path, () => work(_file.Database!));
            }
            catch (StoreException fault) when (fault.Fault == StoreFault.Corrupt)
            {
                Publish(Alone(() => _file.Replace(fault, _acknowledged)));
                Interlocked.Increment(ref _replaced);
                result = LiteDbFaults.Translate(_file.Path, () => work(_file.Database!));
            }
            catch (StoreException)
            {
                // An engine that met a failure of the file system has closed itself: the next call opens a new one.
                Alone(() =>
                {
                    _file.Close();
                    return 0;
                });
                throw;
            }

            if (_file.Database!.LogBytes > _options.LogBytesMax)
            {
                Merge();
            }

            return result;
        }
    }

    // Merging is housekeeping: what it cannot do now is done by the next one, and nothing is lost meanwhile.
    private void Merge()
    {
        lock (_writing)
        {
            if (_options.ReadOnly || _disposed || _file.Database is not { } database)
            {
                return;
            }

            if (!_use.TryEnterWriteLock(database.LogBytes > PatientLogs * _options.LogBytesMax ? TimeSpan.FromSeconds(2) : TimeSpan.FromMilliseconds(20)))
            {
                return;
            }

            try
            {
                LiteDbFaults.Translate(_file.Path, () =>
                {
                    database.Merge();
                    return 0;
                });
            }
            catch (StoreException)
            {
                _file.Close();
            }
            finally
            {
                _use.ExitWriteLock();
            }
        }
    }

    private T Use<T>(Func<LiteDbDatabase, T> work)
    {
        while (true)
        {
            _use.EnterReadLock();
            try
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_file.Database is { } database)
                {
                    return LiteDbFaults.Translate(_file.Path, () => work(database));
                }
            }
            catch (StoreException fault) when (fault.Fault == StoreFault.Corrupt)
            {
                _file.Suspect();
                throw;
            }
            finally
            {
                _use.ExitReadLock();
            }

            lock (_writing)
            {
                Ready();
            }
        }
    }

    // Under _writing.
    private void Ready()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_file.IsReady)
        {
            Publish(Alone(() => _file.Open(_acknowledged)));
        }
    }

    private T Alone<T>(Func<T> work)
    {
        _use.EnterWriteLock();
        try
        {
            return work();
        }
        finally
        {
            _use.ExitWriteLock();
        }
    }

    private void Publish(IReadOnlyDictionary<string, long> acknowledged) =>
        Volatile.Write(ref _acknowledged, acknowledged.ToFrozenDictionary(StringComparer.Ordinal));
}
