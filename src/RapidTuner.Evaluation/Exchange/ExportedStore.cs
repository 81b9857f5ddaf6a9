using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>
/// An export, read like a store. Rows stream in order of seq as they stand in the file; only <see cref="ReadRange.OrderBy"/> holds the rows that it
/// sorts in memory. Nothing can be written.
/// </summary>
/// <param name="folder">What <see cref="ExportFolder"/> wrote.</param>
public sealed class ExportedStore(string folder) : ITelemetryStore
{
    private readonly ImportFolder _files = new(folder);
    private readonly ExportContents _dictionary = ExportContents.Read(folder);

    /// <inheritdoc/>
    public string Description => $"export {folder}";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Acknowledged =>
        TelemetryTables.All.ToDictionary(t => t.Name, t => _dictionary.Tables.FirstOrDefault(d => d.Name == t.Name)?.Rows ?? 0, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<T> Read<T>(Table<T> table, ReadRange range)
    {
        var timeAt = table.IndexOf(range.OrderBy ?? table.TimeColumn);
        var widthAt = range.WidthS is null ? 0 : table.IndexOf("width_s");
        var fitting = _files.Rows(table, null).Where(r => Fits(r.Row, r.Record));
        // The fields are valid for their row alone: what is sorted by is taken at once.
        return range.OrderBy is null ? fitting.Select(r => r.Record) : fitting.Select(r => (AtUs: r.Row.GetWhole(timeAt), r.Record)).OrderBy(r => r.AtUs).Select(r => r.Record);

        bool Fits(FieldRow row, T record) =>
            row.GetWhole(0) > range.AfterSeq
            && (range.OrderBy is null || !row.IsNull(timeAt))
            && row.GetWhole(timeAt) >= range.FromUs && row.GetWhole(timeAt) < range.ToUs
            && (range.Run is not { } run || table.RunOf(in record) == run)
            && (range.WidthS is not { } widthS || row.GetWhole(widthAt) == widthS);
    }

    /// <inheritdoc/>
    public IReadOnlyList<T> ReadLatest<T>(Table<T> table, int rowsMax)
    {
        var latest = new Queue<T>();
        foreach (var record in Read(table, ReadRange.Everything))
        {
            if (latest.Count == rowsMax)
            {
                latest.Dequeue();
            }

            latest.Enqueue(record);
        }

        return [.. latest.Reverse()];
    }

    /// <inheritdoc/>
    public StoreSize Size() => new(Directory.EnumerateFiles(folder).Sum(f => new FileInfo(f).Length), 0);

    /// <inheritdoc/>
    public void Append(TelemetryBatch batch) => throw ReadOnly();

    /// <inheritdoc/>
    public long Save(ModelRecord model) => throw ReadOnly();

    /// <inheritdoc/>
    public long Save(JobRecord job) => throw ReadOnly();

    /// <inheritdoc/>
    public void SetRewards(IReadOnlyCollection<KeyValuePair<long, double>> rewardBySeq) => throw ReadOnly();

    /// <inheritdoc/>
    public RetentionReport Retain(Retention retention, long nowUs) => throw ReadOnly();

    /// <inheritdoc/>
    public void Compact() => throw ReadOnly();

    /// <inheritdoc/>
    public void Backup(string path) => throw ReadOnly();

    /// <inheritdoc/>
    public void Restore(string path) => throw ReadOnly();

    /// <inheritdoc/>
    public void Dispose()
    {
        // Files are open only while they are read.
    }

    private StoreException ReadOnly() => new(StoreFault.ReadOnly, $"{folder} is an export and is only read: import it into a store first");
}
