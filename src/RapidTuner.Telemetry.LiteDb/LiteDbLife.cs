using LiteDB;
using RapidTuner.Telemetry.LiteDb.Rows;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Store.Life;

namespace RapidTuner.Telemetry.LiteDb;

/// <summary>Deleting in LiteDB, in portions under the store's lock.</summary>
/// <param name="change">Runs work on the open file, under the lock.</param>
/// <param name="append">Appends a batch.</param>
/// <param name="merge">Merges the log.</param>
internal sealed class LiteDbLife(Func<Func<LiteDbDatabase, long>, long> change, Action<TelemetryBatch> append, Action merge) : IStoreLife
{
    public long DeleteOlder(RecordTable table, int? widthS, long cutUs, int rowsMax) => change(database =>
    {
        var realRuns = database.Of(TelemetryTables.Runs).FindAll().Where(r => r["origin_us"].AsInt64 != 0).Select(r => r["_id"].AsInt64).ToHashSet();
        var (after, before) = database.Marks.Bounds(table, long.MinValue, cutUs);
        before = Math.Min(before, LastSeq(database, table));
        return after >= before - 1
            ? 0
            : Delete(database, table, Keys(database, table, "_id BETWEEN @0 AND @1", after + 1, before - 1)
                .Where(k => k["t"].AsInt64 < cutUs && realRuns.Contains(k["r"].AsInt64) && Is(k, widthS))
                .Take(rowsMax));
    });

    public long DeleteOldest(RecordTable table, int? widthS, int rowsMax) => change(database =>
        Delete(database, table, Keys(database, table, "_id < @0", LastSeq(database, table)).Where(k => Is(k, widthS)).Take(rowsMax)));

    public long Rows(RecordTable table, int? widthS) => change(database =>
        widthS is { } width ? database.Of(table).LongCount("width_s = @0", width) : database.Of(table).LongCount());

    public void Insert(WindowRecord window, long run)
    {
        var batch = new TelemetryBatch(new RunRecord { Seq = run });
        batch.Windows.Add(window);
        append(batch);
    }

    public void GiveBack()
    {
        change(database => database.Transaction(() =>
        {
            foreach (var table in TelemetryTables.All)
            {
                var first = database.Of(table).Query().OrderBy("_id").Select("{_id}").Limit(1).ToDocuments().FirstOrDefault();
                if (first is not null)
                {
                    database.Marks.Forget(table, first["_id"].AsInt64, database.Documents);
                }
            }

            return 0L;
        }));
        merge();
    }

    private static long LastSeq(LiteDbDatabase database, RecordTable table) => DocumentReader<RunRecord>.LastSeq(database, table);

    private static IEnumerable<BsonDocument> Keys(LiteDbDatabase database, RecordTable table, string where, params BsonValue[] values) =>
        database.Of(table).Query().Where(where, values).OrderBy("_id")
            .Select($"{{_id, t: {table.TimeColumn}, r: run{(ReferenceEquals(table, TelemetryTables.Windows) ? ", w: width_s" : "")}}}").ToDocuments();

    private static bool Is(BsonDocument key, int? widthS) => widthS is null || key["w"].AsInt64 == widthS;

    // The keys first, all of them: a query that is being read sees what is deleted meanwhile.
    private static long Delete(LiteDbDatabase database, RecordTable table, IEnumerable<BsonDocument> keys)
    {
        var gone = keys.Select(k => k["_id"]).ToList();
        return gone.Count == 0 ? 0 : database.Transaction(() => (long)database.Engine.Delete(table.Name, gone));
    }
}
