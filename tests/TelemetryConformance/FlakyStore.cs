using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Conformance;

/// <summary>A real store whose appends fail or block when a test says so.</summary>
internal sealed class FlakyStore(ITelemetryStore inner) : ITelemetryStore
{
    private readonly ManualResetEventSlim _open = new(true);

    /// <summary>The fault that appends end in; null: none.</summary>
    public StoreFault? Fault { get; set; }

    public int Appends { get; private set; }

    public string Description => inner.Description;

    public IReadOnlyDictionary<string, long> Acknowledged => inner.Acknowledged;

    /// <summary>Makes appends wait until <see cref="Unblock"/>.</summary>
    public void Block() => _open.Reset();

    public void Unblock() => _open.Set();

    public void Append(TelemetryBatch batch)
    {
        _open.Wait();
        Appends++;
        if (Fault is { } fault)
        {
            throw new StoreException(fault, "made to fail");
        }

        inner.Append(batch);
    }

    public IEnumerable<T> Read<T>(Table<T> table, ReadRange range) => inner.Read(table, range);

    public IReadOnlyList<T> ReadLatest<T>(Table<T> table, int rowsMax) => inner.ReadLatest(table, rowsMax);

    public long Save(ModelRecord model) => inner.Save(model);

    public long Save(JobRecord job) => inner.Save(job);

    public void SetRewards(IReadOnlyCollection<KeyValuePair<long, double>> rewardBySeq) => inner.SetRewards(rewardBySeq);

    public RetentionReport Retain(Retention retention, long nowUs) => inner.Retain(retention, nowUs);

    public void Compact() => inner.Compact();

    public StoreSize Size() => inner.Size();

    public void Backup(string path) => inner.Backup(path);

    public void Restore(string path) => inner.Restore(path);

    public void Dispose()
    {
        _open.Dispose();
        inner.Dispose();
    }
}
