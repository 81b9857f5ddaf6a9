using LiteDB;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Rows;

/// <summary>
/// Reads rows in portions, each a short query of its own, so that a slow reader holds nobody up. A portion never goes past the last row
/// that was there when the first was asked for.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
/// <param name="use">Runs work on an open file.</param>
/// <param name="table">The table.</param>
/// <param name="range">Which rows.</param>
internal sealed class DocumentReader<T>(Func<Func<LiteDbDatabase, List<T>>, List<T>> use, Table<T> table, ReadRange range)
{
    private readonly int _portion = table.Keyed ? 4 : 1000;
    private readonly DocumentRow _row = new(table);
    private readonly int _timeAt = table.IndexOf(range.OrderBy ?? table.TimeColumn);
    private readonly int _runAt = table.Columns.Select(c => c.Name).ToList().IndexOf("run");
    private long _last;

    /// <summary>The rows.</summary>
    public IEnumerable<T> Rows()
    {
        if (range.OrderBy is null)
        {
            return InSeqOrder();
        }

        if (range.OrderBy == table.TimeColumn)
        {
            return InTimeOrder();
        }

        return table.OtherTimeColumns.Contains(range.OrderBy)
            ? InIndexOrder(range.OrderBy)
            : throw new ArgumentException($"table {table.Name} is not read by {range.OrderBy}", nameof(range));
    }

    /// <summary>The highest-numbered rows, latest first.</summary>
    public static List<T> Latest(LiteDbDatabase database, Table<T> table, int rowsMax)
    {
        var row = new DocumentRow(table);
        return [.. database.Of(table).Query().OrderByDescending("_id").Limit(rowsMax).ToDocuments().Select(d =>
        {
            row.Document = d;
            return table.Read(row);
        })];
    }

    /// <summary>The highest seq that is there; 0 of nothing.</summary>
    public static long LastSeq(LiteDbDatabase database, RecordTable of) =>
        database.Of(of).Query().OrderByDescending("_id").Select("{_id}").Limit(1).ToDocuments().FirstOrDefault()?["_id"].AsInt64 ?? 0;

    private IEnumerable<T> InSeqOrder()
    {
        var (after, before, began, ended) = (0L, 0L, false, false);
        while (!ended)
        {
            foreach (var row in use(Portion))
            {
                yield return row;
            }
        }

        List<T> Portion(LiteDbDatabase database)
        {
            if (!began)
            {
                (after, before) = Bounds(database, range.FromUs, range.ToUs);
                (after, before, began) = (Math.Max(after, range.AfterSeq), Math.Min(before, LastSeq(database, table) + 1), true);
            }

            var rows = new List<T>();
            ended = after >= before - 1 || Take(database, ref after, before, rows) < _portion;
            return rows;
        }
    }

    // Rows of a run are nearly in order of time: one stretch after the other, each sorted for itself.
    private IEnumerable<T> InTimeOrder()
    {
        List<long>? stretches = null;
        for (var i = 0; stretches is null || i < stretches.Count; i++)
        {
            foreach (var row in use(database => Stretch(database, i)))
            {
                yield return row;
            }
        }

        List<T> Stretch(LiteDbDatabase database, int number)
        {
            if (stretches is null)
            {
                stretches = database.Marks.Stretches(table, range.FromUs, range.ToUs);
                _last = LastSeq(database, table);
            }

            if (number >= stretches.Count)
            {
                return [];
            }

            var (fromUs, toUs) = (Math.Max(range.FromUs, stretches[number]), Math.Min(range.ToUs, stretches[number] + TimeMarks.StepUs(table)));
            var (after, before) = Bounds(database, fromUs, toUs);
            (after, before) = (Math.Max(after, range.AfterSeq), Math.Min(before, _last + 1));
            var found = new List<(long AtUs, BsonDocument Document)>();
            while (after < before - 1)
            {
                var portion = Between(database, after, before);
                found.AddRange(portion.Where(d => Fits(d, fromUs, toUs)).Select(d => (TimeOf(d)!.Value, d)));
                after = portion.Count < _portion ? before : portion[^1]["_id"].AsInt64;
            }

            // Stable: rows of one instant stay in order of seq.
            return [.. found.OrderBy(f => f.AtUs).Select(f => Record(f.Document))];
        }
    }

    // A portion ends in mid-instant: rows of its last instant are fetched together.
    private IEnumerable<T> InIndexOrder(string column)
    {
        var (nextUs, began, ended) = (range.FromUs, false, false);
        while (!ended)
        {
            foreach (var row in use(Portion))
            {
                yield return row;
            }
        }

        List<T> Portion(LiteDbDatabase database)
        {
            if (!began)
            {
                (_last, began) = (LastSeq(database, table), true);
            }

            // A missing value sorts before every number.
            var portion = database.Of(table).Query().Where($"{column} >= @0", Math.Max(nextUs, long.MinValue + 1)).OrderBy(column).Limit(_portion).ToDocuments().ToList();
            ended = portion.Count < _portion || TimeOf(portion[^1]) >= range.ToUs;
            if (!ended)
            {
                var lastUs = TimeOf(portion[^1])!.Value;
                portion = [.. portion.Where(d => TimeOf(d) < lastUs), .. database.Of(table).Query().Where($"{column} = @0", lastUs).ToDocuments()];
                nextUs = lastUs + 1;
            }

            return [.. portion.Where(d => Fits(d, range.FromUs, range.ToUs) && d["_id"].AsInt64 <= _last && d["_id"].AsInt64 > range.AfterSeq)
                .OrderBy(d => (TimeOf(d), d["_id"].AsInt64)).Select(Record)];
        }
    }

    private int Take(LiteDbDatabase database, ref long after, long before, List<T> rows)
    {
        var portion = Between(database, after, before);
        rows.AddRange(portion.Where(d => Fits(d, range.FromUs, range.ToUs)).Select(Record));
        after = portion.Count == 0 ? before : portion[^1]["_id"].AsInt64;
        return portion.Count;
    }

    private List<BsonDocument> Between(LiteDbDatabase database, long after, long before) =>
        [.. database.Of(table).Query().Where("_id BETWEEN @0 AND @1", after + 1, before - 1).OrderBy("_id").Limit(_portion).ToDocuments()];

    // Marks know the tables that batches fill.
    private (long After, long Before) Bounds(LiteDbDatabase database, long fromUs, long toUs) =>
        table.Keyed || ReferenceEquals(table, TelemetryTables.Runs) ? (0, long.MaxValue) : database.Marks.Bounds(table, fromUs, toUs);

    private bool Fits(BsonDocument document, long fromUs, long toUs)
    {
        _row.Document = document;
        return (fromUs == long.MinValue && range.OrderBy is null || !_row.IsNull(_timeAt))
            && _row.GetWhole(_timeAt) >= fromUs && _row.GetWhole(_timeAt) < toUs
            && (range.Run is not { } run || (_runAt >= 0 && _row.GetWhole(_runAt) == run))
            && (range.WidthS is not { } widthS || document["width_s"].AsInt64 == widthS);
    }

    private long? TimeOf(BsonDocument document)
    {
        _row.Document = document;
        return _row.IsNull(_timeAt) ? null : _row.GetWhole(_timeAt);
    }

    private T Record(BsonDocument document)
    {
        _row.Document = document;
        return table.Read(_row);
    }
}
