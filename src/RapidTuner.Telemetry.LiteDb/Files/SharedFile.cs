using System.Collections.Frozen;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Files;

/// <summary>
/// The writing process's file and who may use it when. Writers take turns. Readers share it, for one portion at a time; whoever closes,
/// merges or replaces the file is alone with it. The order of the locks is always writing, then use.
/// </summary>
internal sealed class SharedFile(LiteDbFile file, long logBytesMax) : IDisposable
{
    // A log this many times its limit waits for readers; before that a merge is put off while somebody reads.
    private const int PatientLogs = 8;

    private readonly Lock _writing = new();
    private readonly ReaderWriterLockSlim _use = new();
    private FrozenDictionary<string, long> _acknowledged = FrozenDictionary<string, long>.Empty;
    private int _replaced;
    private bool _disposed;

    /// <summary>Highest committed seq per table.</summary>
    public FrozenDictionary<string, long> Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>How often the contents were exchanged for others.</summary>
    public int Replaced => Volatile.Read(ref _replaced);

    /// <summary>Opens the file when it is not open.</summary>
    public void Open()
    {
        lock (_writing)
        {
            Ready();
        }
    }

    /// <summary>Runs a write; a file that proves damaged meanwhile is replaced and the write done on the new one.</summary>
    public T Change<T>(Func<LiteDbFile, T> work)
    {
        lock (_writing)
        {
            T result;
            Ready();
            try
            {
                result = LiteDbFaults.Translate(file.Path, () => work(file));
            }
            catch (StoreException fault) when (fault.Fault == StoreFault.Corrupt)
            {
                Publish(Alone(() => file.Replace(fault, _acknowledged)));
                Interlocked.Increment(ref _replaced);
                result = LiteDbFaults.Translate(file.Path, () => work(file));
            }
            catch (StoreException)
            {
                // An engine that met a failure of the file system has closed itself: the next call opens a new one.
                Alone(() =>
                {
                    file.Close();
                    return 0;
                });
                throw;
            }

            if (file.Database!.LogBytes > logBytesMax)
            {
                Merge();
            }

            return result;
        }
    }

    /// <summary>Runs a short read.</summary>
    public T Use<T>(Func<LiteDbDatabase, T> work)
    {
        while (true)
        {
            _use.EnterReadLock();
            try
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (file.Database is { } database)
                {
                    return LiteDbFaults.Translate(file.Path, () => work(database));
                }
            }
            catch (StoreException fault) when (fault.Fault == StoreFault.Corrupt)
            {
                file.Suspect();
                throw;
            }
            finally
            {
                _use.ExitReadLock();
            }

            Open();
        }
    }

    /// <summary>Runs a long read of the files themselves: merges are kept away, appends go on at the log's end, past the length that is given.</summary>
    public void Copy(Action<LiteDbDatabase, long> work)
    {
        LiteDbDatabase database;
        long logBytes;
        lock (_writing)
        {
            Ready();
            (database, logBytes) = (file.Database!, file.Database!.LogBytes);
            _use.EnterReadLock();
        }

        try
        {
            work(database, logBytes);
        }
        finally
        {
            _use.ExitReadLock();
        }
    }

    /// <summary>Lets <paramref name="work"/> close the file and put another in its place; seqs go on from the higher of both.</summary>
    public void Exchange(Action<LiteDbFile> work)
    {
        lock (_writing)
        {
            Ready();
            try
            {
                Alone(() => LiteDbFaults.Translate(file.Path, () =>
                {
                    work(file);
                    return 0;
                }));
            }
            finally
            {
                Interlocked.Increment(ref _replaced);
                Ready();
            }

            LiteDbFaults.Translate(file.Path, () =>
            {
                file.Insert!.SaveCounters();
                return 0;
            });
        }
    }

    /// <summary>Merges the log. Housekeeping: what it cannot do now is done by the next one, and nothing is lost meanwhile.</summary>
    public void Merge()
    {
        lock (_writing)
        {
            if (_disposed || file.Database is not { } database)
            {
                return;
            }

            if (!_use.TryEnterWriteLock(database.LogBytes > PatientLogs * logBytesMax ? TimeSpan.FromSeconds(2) : TimeSpan.FromMilliseconds(20)))
            {
                return;
            }

            try
            {
                LiteDbFaults.Translate(file.Path, () =>
                {
                    database.Merge();
                    return 0;
                });
            }
            catch (StoreException)
            {
                file.Close();
            }
            finally
            {
                _use.ExitWriteLock();
            }
        }
    }

    /// <summary>Makes committed seqs known.</summary>
    public void Publish(IReadOnlyDictionary<string, long> acknowledged) =>
        Volatile.Write(ref _acknowledged, acknowledged.ToFrozenDictionary(StringComparer.Ordinal));

    public void Dispose()
    {
        lock (_writing)
        {
            if (_disposed)
            {
                return;
            }

            Merge();
            Alone(() =>
            {
                _disposed = true;
                file.Dispose();
                return 0;
            });
        }
    }

    private void Ready()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!file.IsReady)
        {
            Publish(Alone(() => file.Open(_acknowledged)));
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
}
