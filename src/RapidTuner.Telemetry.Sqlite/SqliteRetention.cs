using RapidTuner.Telemetry.Features;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Sqlite.Rows;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Sqlite;

/// <summary>
/// One pass of retention. Deletes in portions, each a transaction of its own, so that appends get their turn in between. Runs
/// in virtual time have no age: they go only when room is short.
/// </summary>
internal sealed class SqliteRetention(
    Retention retention,
    long nowUs,
    Action<Action<SqliteDatabase>> exclusive,
    Func<SqliteDatabase> openForReading,
    Func<StoreSize> size,
    Action<StoreNotice>? notify)
{
    private const int PortionRows = 20_000;
    private const double DayUs = 86_400.0 * Micros.PerS;

    private static readonly (string Table, string Where)[] ForRoom =
        [("steps", "1"), ("gaps", "1"), ("decisions", "1"), ("requests", "1"), ("windows", "width_s = 1"), ("windows", "width_s = 10")];

    private readonly Dictionary<string, long> _deleted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _deletedForRoom = new(StringComparer.Ordinal);
    private long _rolledUp;

    public RetentionReport Run()
    {
        RollUp(fromS: 1, toS: 10, CutUs(retention.Windows1SDays));
        RollUp(fromS: 10, toS: 60, CutUs(retention.Windows10SDays));
        DeleteOlder("steps", "g.base_us + s.end_offset_us", CutUs(retention.StepsDays), "steps s CROSS JOIN step_groups g ON g.id = s.step_group", "s.seq", "g.run");
        DeleteOlder("gaps", "at_us", CutUs(retention.GapsDays));
        DeleteOlder("requests", "finish_us", CutUs(retention.RequestsDays));
        DeleteOlder("decisions", "at_us", CutUs(retention.DecisionsDays));
        DeleteOlder("windows", "start_us", CutUs(retention.Windows1SDays), where: "width_s = 1");
        DeleteOlder("windows", "start_us", CutUs(retention.Windows10SDays), where: "width_s = 10");
        DeleteOlder("windows", "start_us", CutUs(retention.Windows60SDays), where: "width_s = 60");
        MakeRoom();
        DropOrphans();
        return new RetentionReport(_rolledUp, _deleted, _deletedForRoom);
    }

    private long CutUs(double days) => nowUs - (long)(days * DayUs);

    // Roll-ups are written as the windows close; what a crash or an import left out is made here, before its parts go.
    private void RollUp(int fromS, int toS, long cutUs) => exclusive(database =>
    {
        var widthUs = toS * Micros.PerS;
        var missing = new List<(long Run, long StartUs)>();
        using (var find = database.Prepare(
            $"""
            SELECT DISTINCT w.run, w.start_us - ((w.start_us % {widthUs}) + {widthUs}) % {widthUs} AS wide_us
            FROM windows w JOIN runs r ON r.seq = w.run
            WHERE w.width_s = ?1 AND w.start_us < ?2 AND r.origin_us <> 0 AND NOT EXISTS (
                SELECT 1 FROM windows o WHERE o.run = w.run AND o.width_s = ?3 AND o.start_us = w.start_us - ((w.start_us % {widthUs}) + {widthUs}) % {widthUs})
            """))
        {
            find.Whole(fromS);
            find.Whole(cutUs);
            find.Whole(toS);
            while (find.Step())
            {
                missing.Add((find.GetWhole(0), find.GetWhole(1)));
            }
        }

        foreach (var (run, startUs) in missing)
        {
            var parts = RowReader.Read(database, TelemetryTables.Windows, new ReadRange { FromUs = startUs, ToUs = startUs + widthUs, Run = run, WidthS = fromS });
            var wide = WindowMerge.Of(parts, startUs, toS);
            database.Transaction(() => Insert(database, wide, run));
            _rolledUp++;
        }
    });

    private static void Insert(SqliteDatabase database, WindowRecord wide, long run)
    {
        var seq = database.Number("SELECT last_seq FROM counters WHERE table_name = 'windows'") + 1;
        using var writer = new RowWriter<WindowRecord>(database, TelemetryTables.Windows);
        writer.Write(in wide, seq, run);
        database.Execute($"UPDATE counters SET last_seq = {seq} WHERE table_name = 'windows'");
    }

    private void DeleteOlder(string table, string time, long cutUs, string? source = null, string seq = "seq", string run = "run", string where = "1")
    {
        // The newest row stays: its seq shows how far the table has come.
        var sql =
            $"""
            DELETE FROM {table} WHERE seq IN (
                SELECT {seq} FROM {source ?? table}
                WHERE {where} AND {time} < {cutUs} AND {run} IN (SELECT r.seq FROM runs r WHERE r.origin_us <> 0)
                    AND {seq} < (SELECT max(m.seq) FROM {table} m)
                ORDER BY {seq} LIMIT {PortionRows})
            """;
        while (Delete(table, sql, _deleted) == PortionRows)
        {
        }
    }

    private void MakeRoom()
    {
        if (retention.BudgetBytes == 0 || size().UsedBytes <= retention.BudgetBytes)
        {
            return;
        }

        // A tenth of every kind in turn, so that they go on covering about the same time.
        var targetBytes = retention.BudgetBytes / 10 * 9;
        var gone = 1L;
        while (gone > 0 && size().UsedBytes > targetBytes)
        {
            gone = 0;
            foreach (var (table, where) in ForRoom)
            {
                gone += size().UsedBytes > targetBytes ? DeleteOldestTenth(table, where) : 0;
                exclusive(database => database.Execute("PRAGMA wal_checkpoint(TRUNCATE)"));
            }
        }

        notify?.Invoke(new StoreNotice(
            StoreNoticeKind.OverBudget,
            $"the budget of {retention.BudgetBytes} bytes was reached: deleted before their time {string.Join(", ", _deletedForRoom.Select(d => $"{d.Value} {d.Key}"))}"));
    }

    private long DeleteOldestTenth(string table, string where)
    {
        var rows = 0L;
        exclusive(database => rows = database.Number($"SELECT count(*) FROM {table} WHERE {where}"));
        var left = Math.Max(1, rows / 10);
        var deleted = 0L;
        while (left > 0)
        {
            var portion = Math.Min(left, PortionRows);
            var sql = $"DELETE FROM {table} WHERE seq IN (SELECT seq FROM {table} WHERE {where} AND seq < (SELECT max(seq) FROM {table}) ORDER BY seq LIMIT {portion})";
            var gone = Delete(table, sql, _deletedForRoom);
            deleted += gone;
            left -= portion;
            if (gone == 0)
            {
                break;
            }
        }

        return deleted;
    }

    private long Delete(string table, string sql, Dictionary<string, long> book)
    {
        var gone = 0L;
        exclusive(database =>
        {
            database.Execute(sql);
            gone = database.Number("SELECT changes()");
        });
        if (gone > 0)
        {
            book[table] = book.GetValueOrDefault(table) + gone;
        }

        return gone;
    }

    // A writer goes on using a group for 256 s of engine time, so groups near a run's latest stay whether a step names them or not.
    private void DropOrphans()
    {
        var groups = new List<long>();
        using (var database = openForReading())
        {
            var live = new HashSet<long>();
            database.Execute("BEGIN");
            using (var used = database.Prepare("SELECT DISTINCT step_group FROM steps"))
            {
                while (used.Step())
                {
                    live.Add(used.GetWhole(0));
                }
            }

            using var old = database.Prepare(
                "SELECT id FROM step_groups g WHERE base_us < (SELECT max(l.base_us) FROM step_groups l WHERE l.run = g.run) - 600000000");
            while (old.Step())
            {
                if (!live.Contains(old.GetWhole(0)))
                {
                    groups.Add(old.GetWhole(0));
                }
            }
        }

        exclusive(database => database.Transaction(() =>
        {
            using var delete = database.Prepare("DELETE FROM step_groups WHERE id = ?");
            foreach (var group in groups)
            {
                delete.Whole(group);
                delete.Run();
            }

            foreach (var table in TelemetryTables.All)
            {
                database.Execute(
                    $"DELETE FROM marks WHERE table_name = '{table.Name}' AND first_seq < coalesce((SELECT max(m.first_seq) FROM marks m WHERE m.table_name = '{table.Name}' AND m.run = marks.run AND m.first_seq <= (SELECT min(seq) FROM {table.Name})), 0)");
            }
        }));
    }
}
