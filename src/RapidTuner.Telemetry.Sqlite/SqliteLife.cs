using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite.Rows;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Store.Life;

namespace RapidTuner.Telemetry.Sqlite;

/// <summary>Deleting in SQLite, in portions under the store's lock.</summary>
/// <param name="change">Runs work on the writing connection, under the lock.</param>
/// <param name="append">Appends a batch.</param>
/// <param name="openForReading">A connection of its own, outside the lock.</param>
internal sealed class SqliteLife(Func<Func<SqliteDatabase, long>, long> change, Action<TelemetryBatch> append, Func<SqliteDatabase> openForReading) : IStoreLife
{
    public long DeleteOlder(RecordTable table, int? widthS, long cutUs, int rowsMax)
    {
        var steps = ReferenceEquals(table, TelemetryTables.Steps);
        var (source, time, run, seq) = steps
            ? ("steps s CROSS JOIN step_groups g ON g.id = s.step_group", "g.base_us + s.end_offset_us", "g.run", "s.seq")
            : (table.Name, table.TimeColumn, "run", "seq");
        return Delete(table, source, seq, $"{time} < {cutUs} AND {run} IN (SELECT r.seq FROM runs r WHERE r.origin_us <> 0)", widthS, rowsMax);
    }

    public long DeleteOldest(RecordTable table, int? widthS, int rowsMax) => Delete(table, table.Name, "seq", "1", widthS, rowsMax);

    public long Rows(RecordTable table, int? widthS)
    {
        using var database = openForReading();
        return database.Number($"SELECT count(*) FROM {table.Name} WHERE {Width(widthS)}");
    }

    public void Insert(WindowRecord window, long run)
    {
        var batch = new TelemetryBatch(new RunRecord { Seq = run });
        batch.Windows.Add(window);
        append(batch);
    }

    public void GiveBack()
    {
        DropOrphans();
        change(database =>
        {
            database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            return 0;
        });
    }

    private long Delete(RecordTable table, string source, string seq, string where, int? widthS, int rowsMax) => change(database =>
    {
        database.Execute(
            $"""
            DELETE FROM {table.Name} WHERE seq IN (
                SELECT {seq} FROM {source} WHERE {where} AND {Width(widthS)} AND {seq} < (SELECT max(m.seq) FROM {table.Name} m)
                ORDER BY {seq} LIMIT {rowsMax})
            """);
        return database.Number("SELECT changes()");
    });

    // Groups and works that no step names any more. A writer goes on using a group for a while, so those near a run's latest stay.
    private void DropOrphans()
    {
        var groups = UnusedGroups();
        change(database =>
        {
            database.Transaction(() =>
            {
                using var delete = database.Prepare("DELETE FROM step_groups WHERE id = ?");
                foreach (var group in groups)
                {
                    delete.Whole(group);
                    delete.Run();
                }

                // Works are numbered in order of their steps: what lies well before the first step's goes.
                database.Execute(
                    """
                    DELETE FROM prefill_works WHERE id < (
                        SELECT min(prefill_work) - 16 FROM (SELECT prefill_work FROM steps WHERE prefill_work IS NOT NULL ORDER BY seq LIMIT 100))
                    """);
                foreach (var table in TelemetryTables.All)
                {
                    // The last mark at or before the first row stays: it bounds that row.
                    database.Execute(
                        $"""
                        DELETE FROM marks WHERE table_name = '{table.Name}' AND first_seq < coalesce((
                            SELECT max(m.first_seq) FROM marks m
                            WHERE m.table_name = '{table.Name}' AND m.run = marks.run AND m.first_seq <= (SELECT min(seq) FROM {table.Name})), 0)
                        """);
                }
            });
            return groups.Count;
        });
    }

    private List<long> UnusedGroups()
    {
        using var database = openForReading();
        database.Execute("BEGIN");
        var live = new HashSet<long>();
        using (var used = database.Prepare("SELECT DISTINCT step_group FROM steps"))
        {
            while (used.Step())
            {
                live.Add(used.GetWhole(0));
            }
        }

        var unused = new List<long>();
        using var old = database.Prepare(
            """
            SELECT g.id FROM step_groups g JOIN (SELECT run, max(base_us) AS last_us FROM step_groups GROUP BY run) l ON l.run = g.run
            WHERE g.base_us < l.last_us - ?1
            """);
        old.Whole(2 * StepWriter.GroupUs);
        while (old.Step())
        {
            if (!live.Contains(old.GetWhole(0)))
            {
                unused.Add(old.GetWhole(0));
            }
        }

        return unused;
    }

    private static string Width(int? widthS) => widthS is { } width ? $"width_s = {width}" : "1";
}
