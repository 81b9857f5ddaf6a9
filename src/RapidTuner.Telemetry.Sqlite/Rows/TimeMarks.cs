using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Sqlite.Rows;

/// <summary>
/// In place of an index on time: the first row of each minute, per table and run. Rows of a run come in order of time, give
/// or take <see cref="SlackUs"/>, so two marks bound any range of time by a range of rows.
/// </summary>
internal sealed class TimeMarks : IDisposable
{
    /// <summary>How far out of order a run's rows may be: a minute's window closes a minute after it began.</summary>
    public const long SlackUs = 120 * Micros.PerS;

    private const long StepUs = 60 * Micros.PerS;

    private readonly SqliteStatement _insert;
    private readonly Dictionary<(string Table, long Run), long> _last = [];
    private readonly List<(string Table, long Run)> _changed = [];

    public TimeMarks(SqliteDatabase database) =>
        _insert = database.Prepare("INSERT INTO marks VALUES (?, ?, ?, ?)");

    /// <summary>Notes a row that is being written; adds a mark when one is due.</summary>
    public void Note(string table, long run, long atUs, long seq)
    {
        if (_last.TryGetValue((table, run), out var lastUs) && atUs < lastUs + StepUs)
        {
            return;
        }

        _insert.Text(table);
        _insert.Whole(run);
        _insert.Whole(atUs);
        _insert.Whole(seq);
        _insert.Run();
        _last[(table, run)] = atUs;
        _changed.Add((table, run));
    }

    public void Committed() => _changed.Clear();

    public void RolledBack()
    {
        _insert.Reset();
        foreach (var key in _changed)
        {
            _last.Remove(key);
        }

        _changed.Clear();
    }

    /// <summary>The seqs between which all rows of a range of time stand: greater than the first, less than the second.</summary>
    public static (long After, long Before) Bounds(SqliteDatabase database, string table, long fromUs, long toUs)
    {
        if (fromUs == long.MinValue && toUs == long.MaxValue)
        {
            return (0, long.MaxValue);
        }

        // Per run: from its last mark that is surely before the range to its first that is surely after it.
        using var statement = database.Prepare(
            """
            SELECT run,
                coalesce(max(CASE WHEN base_us <= ?2 THEN first_seq END), min(first_seq)),
                coalesce(min(CASE WHEN base_us >= ?3 THEN first_seq END), 9223372036854775807)
            FROM marks WHERE table_name = ?1 GROUP BY run
            """);
        statement.Text(table);
        statement.Whole(fromUs <= long.MinValue + SlackUs ? long.MinValue : fromUs - SlackUs);
        statement.Whole(toUs >= long.MaxValue - SlackUs ? long.MaxValue : toUs + SlackUs);
        var (after, before) = (long.MaxValue, 0L);
        while (statement.Step())
        {
            var (first, end) = (statement.GetWhole(1), statement.GetWhole(2));
            if (end > first)
            {
                after = Math.Min(after, first - 1);
                before = Math.Max(before, end);
            }
        }

        return (after, before);
    }

    public void Dispose() => _insert.Dispose();
}
