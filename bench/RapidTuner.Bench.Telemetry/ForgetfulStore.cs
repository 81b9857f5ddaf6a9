using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Bench.Telemetry;

/// <summary>Counts what it is given and keeps nothing: what is left of a replay's cost is the ring, the windows and the batches.</summary>
internal sealed class ForgetfulStore : ITelemetryStore
{
    private readonly Dictionary<string, long> _rows = TelemetryTables.All.ToDictionary(t => t.Name, _ => 0L, StringComparer.Ordinal);

    public string Description => "nothing";

    public IReadOnlyDictionary<string, long> Acknowledged => _rows;

    public void Append(TelemetryBatch batch)
    {
        _rows["steps"] += batch.Steps.Count;
        _rows["gaps"] += batch.Gaps.Count;
        _rows["requests"] += batch.Requests.Count;
        _rows["windows"] += batch.Windows.Count;
        _rows["decisions"] += batch.Decisions.Count;
    }

    public IEnumerable<T> Read<T>(Table<T> table, ReadRange range) => [];

    public IReadOnlyList<T> ReadLatest<T>(Table<T> table, int rowsMax) => [];

    public long Save(ModelRecord model) => 0;

    public long Save(JobRecord job) => 0;

    public void SetRewards(IReadOnlyCollection<KeyValuePair<long, double>> rewardBySeq)
    {
    }

    public RetentionReport Retain(Retention retention, long nowUs) => new(0, _rows, _rows);

    public void Compact()
    {
    }

    public StoreSize Size() => default;

    public void Backup(string path)
    {
    }

    public void Restore(string path)
    {
    }

    public void Dispose()
    {
    }
}
