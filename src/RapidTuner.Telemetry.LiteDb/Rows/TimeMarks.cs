using LiteDB;
using RapidTuner.Telemetry.LiteDb.Schema;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Rows;

/// <summary>
/// In place of an index on time, which would cost every row: the first row of each stretch of time, per table and run. Rows of a run come in
/// order of time, give or take <see cref="SlackUs"/>, so marks bound any range of time by a range of rows. Kept in memory.
/// </summary>
internal sealed class TimeMarks
{
    /// <summary>How far out of order a run's rows may be: a minute's window closes a minute after it began.</summary>
    public const long SlackUs = 120 * Micros.PerS;

    private readonly Dictionary<string, List<Mark>> _marks = TelemetryTables.All.ToDictionary(t => t.Name, _ => new List<Mark>(), StringComparer.Ordinal);
    private readonly Dictionary<(string Table, long Run), long> _last = [];
    private readonly List<(string Table, Mark Mark)> _fresh = [];

    /// <summary>Marks that are not written yet, as documents.</summary>
    public IEnumerable<BsonDocument> Fresh => _fresh.Select(f => new BsonDocument
    {
        ["table"] = f.Table,
        ["run"] = f.Mark.Run,
        ["base_us"] = f.Mark.BaseUs,
        ["first_seq"] = f.Mark.FirstSeq,
    });

    /// <summary>Distance of the marks: windows are few, and kept for long.</summary>
    public static long StepUs(RecordTable table) => (ReferenceEquals(table, TelemetryTables.Windows) ? 3600 : 60) * Micros.PerS;

    public static TimeMarks Load(LiteDatabase database)
    {
        var marks = new TimeMarks();
        foreach (var document in database.GetCollection(LiteDbSchema.Marks).FindAll())
        {
            marks._marks[document["table"].AsString].Add(new Mark(document["run"].AsInt64, document["base_us"].AsInt64, document["first_seq"].AsInt64));
        }

        return marks;
    }

    /// <summary>Notes a row that is being written; a mark is made when one is due.</summary>
    public void Note(RecordTable table, long run, long atUs, long seq)
    {
        if (_last.TryGetValue((table.Name, run), out var lastUs) && atUs < lastUs + StepUs(table))
        {
            return;
        }

        _fresh.Add((table.Name, new Mark(run, atUs, seq)));
        _last[(table.Name, run)] = atUs;
    }

    public void Committed()
    {
        lock (_marks)
        {
            foreach (var (table, mark) in _fresh)
            {
                _marks[table].Add(mark);
            }
        }

        _fresh.Clear();
    }

    public void RolledBack()
    {
        foreach (var (table, mark) in _fresh)
        {
            _last.Remove((table, mark.Run));
        }

        _fresh.Clear();
    }

    /// <summary>The seqs between which all rows of a range of time stand: greater than the first, less than the second.</summary>
    public (long After, long Before) Bounds(RecordTable table, long fromUs, long toUs)
    {
        if (fromUs == long.MinValue && toUs == long.MaxValue)
        {
            return (0, long.MaxValue);
        }

        var surelyBeforeUs = fromUs <= long.MinValue + SlackUs ? long.MinValue : fromUs - SlackUs;
        var surelyAfterUs = toUs >= long.MaxValue - SlackUs ? long.MaxValue : toUs + SlackUs;
        var (after, before) = (long.MaxValue, 0L);
        lock (_marks)
        {
            foreach (var run in _marks[table.Name].GroupBy(m => m.Run))
            {
                var first = run.Where(m => m.BaseUs <= surelyBeforeUs).Select(m => m.FirstSeq).DefaultIfEmpty(run.Min(m => m.FirstSeq)).Max();
                var end = run.Where(m => m.BaseUs >= surelyAfterUs).Select(m => m.FirstSeq).DefaultIfEmpty(long.MaxValue).Min();
                if (end > first)
                {
                    (after, before) = (Math.Min(after, first - 1), Math.Max(before, end));
                }
            }
        }

        return (after, before);
    }

    /// <summary>Starts of the stretches, each <see cref="StepUs"/> wide, in which rows of a range of time can be, in order.</summary>
    public List<long> Stretches(RecordTable table, long fromUs, long toUs)
    {
        var stepUs = StepUs(table);
        var starts = new SortedSet<long>();
        lock (_marks)
        {
            foreach (var mark in _marks[table.Name])
            {
                for (var startUs = Floor(mark.BaseUs - SlackUs, stepUs); startUs < mark.BaseUs + stepUs; startUs += stepUs)
                {
                    if (startUs < toUs && startUs + stepUs > fromUs)
                    {
                        starts.Add(startUs);
                    }
                }
            }
        }

        return [.. starts];
    }

    /// <summary>Drops what lies before the first row that is left, in memory and in the database; the last mark before it stays, for it bounds that row.</summary>
    public void Forget(RecordTable table, long firstSeq, LiteDatabase database)
    {
        lock (_marks)
        {
            var marks = _marks[table.Name];
            var lastBefore = marks.Where(m => m.FirstSeq <= firstSeq).GroupBy(m => m.Run).ToDictionary(g => g.Key, g => g.Max(m => m.FirstSeq));
            foreach (var (run, keptSeq) in lastBefore)
            {
                if (marks.RemoveAll(m => m.Run == run && m.FirstSeq < keptSeq) > 0)
                {
                    database.GetCollection(LiteDbSchema.Marks).DeleteMany("table = @0 AND run = @1 AND first_seq < @2", table.Name, run, keptSeq);
                }
            }
        }
    }

    private static long Floor(long us, long stepUs) => us - (((us % stepUs) + stepUs) % stepUs);

    private readonly record struct Mark(long Run, long BaseUs, long FirstSeq);
}
