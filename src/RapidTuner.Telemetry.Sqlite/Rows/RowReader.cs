using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Sqlite.Rows;

/// <summary>Reads rows of a table one after another.</summary>
internal static class RowReader
{
    public static IEnumerable<T> Read<T>(SqliteDatabase database, Table<T> table, ReadRange range)
    {
        using var statement = Select(database, table, range);
        while (statement.Step())
        {
            yield return table.Read(statement);
        }
    }

    public static List<T> Latest<T>(SqliteDatabase database, Table<T> table, int rowsMax)
    {
        using var statement = database.Prepare($"SELECT {Columns(table)} FROM {SourceOf(table)} ORDER BY seq DESC LIMIT ?");
        statement.Whole(rowsMax);
        var rows = new List<T>();
        while (statement.Step())
        {
            rows.Add(table.Read(statement));
        }

        return rows;
    }

    /// <summary>What the plain columns of a table are read from.</summary>
    public static string SourceOf(RecordTable table) => ReferenceEquals(table, TelemetryTables.Steps) ? "step_samples" : table.Name;

    private static SqliteStatement Select(SqliteDatabase database, RecordTable table, ReadRange range)
    {
        var timeColumn = range.OrderBy ?? table.TimeColumn;
        if (timeColumn != table.TimeColumn && !table.OtherTimeColumns.Contains(timeColumn))
        {
            throw new ArgumentException($"table {table.Name} is not read by {timeColumn}", nameof(range));
        }

        // Marks know the table's own time column alone, and not the tables that are saved by id.
        var (after, before) = timeColumn == table.TimeColumn && !table.Keyed && !ReferenceEquals(table, TelemetryTables.Runs)
            ? TimeMarks.Bounds(database, table.Name, range.FromUs, range.ToUs)
            : (0, long.MaxValue);
        var where = $"seq > ?1 AND seq < ?2 AND {timeColumn} >= ?3 AND {timeColumn} < ?4"
            + (range.Run is null ? "" : " AND run = ?5")
            + (range.WidthS is null ? "" : " AND width_s = ?6");
        var order = range.OrderBy is null ? "seq" : $"{range.OrderBy}, seq";
        var statement = database.Prepare($"SELECT {Columns(table)} FROM {SourceOf(table)} WHERE {where} ORDER BY {order}");
        statement.Whole(Math.Max(after, range.AfterSeq));
        statement.Whole(before);
        statement.Whole(range.FromUs);
        statement.Whole(range.ToUs);
        if (range.Run is { } run)
        {
            statement.Whole(run);
        }

        if (range.WidthS is { } widthS)
        {
            if (range.Run is null)
            {
                statement.Null();
            }

            statement.Whole(widthS);
        }

        return statement;
    }

    private static string Columns(RecordTable table) => string.Join(", ", table.Columns.Select(c => c.Name));
}
