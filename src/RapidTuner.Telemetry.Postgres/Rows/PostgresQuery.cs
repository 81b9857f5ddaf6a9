using Npgsql;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres.Rows;

/// <summary>The statements on single tables.</summary>
internal static class PostgresQuery
{
    public static NpgsqlCommand Select(NpgsqlConnection connection, string schema, RecordTable table, ReadRange range)
    {
        var timeColumn = range.OrderBy ?? table.TimeColumn;
        if (timeColumn != table.TimeColumn && !table.OtherTimeColumns.Contains(timeColumn))
        {
            throw new ArgumentException($"table {table.Name} is not read by {timeColumn}", nameof(range));
        }

        var where = $"seq > {range.AfterSeq}"
            + (range.FromUs == long.MinValue ? $" AND {timeColumn} IS NOT NULL" : $" AND {timeColumn} >= {range.FromUs}")
            + (range.ToUs == long.MaxValue ? "" : $" AND {timeColumn} < {range.ToUs}")
            + (range.Run is { } run ? $" AND run = {run}" : "")
            + (range.WidthS is { } widthS ? $" AND width_s = {widthS}" : "");
        var order = range.OrderBy is null ? "seq" : $"{range.OrderBy}, seq";
        return new NpgsqlCommand($"SELECT {Columns(table)} FROM {schema}.{table.Name} WHERE {where} ORDER BY {order}", connection) { CommandTimeout = 0 };
    }

    public static NpgsqlCommand Latest(NpgsqlConnection connection, string schema, RecordTable table, int rowsMax) =>
        new($"SELECT {Columns(table)} FROM {schema}.{table.Name} ORDER BY seq DESC LIMIT {rowsMax}", connection);

    public static Dictionary<string, long> Counters(NpgsqlConnection connection, string schema)
    {
        var counters = new Dictionary<string, long>(StringComparer.Ordinal);
        using var command = new NpgsqlCommand($"SELECT table_name, last_seq FROM {schema}.counters", connection);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            counters[reader.GetString(0)] = reader.GetInt64(1);
        }

        return counters;
    }

    /// <summary>Adds a row of a keyed table, or replaces the one with its id.</summary>
    /// <returns>Its seq.</returns>
    public static long Save<T>(NpgsqlConnection connection, NpgsqlTransaction transaction, string schema, Table<T> table, T record, string id)
    {
        // The counter's lock first: two processes that save the same id take turns.
        using var take = new NpgsqlCommand($"SELECT last_seq FROM {schema}.counters WHERE table_name = '{table.Name}' FOR UPDATE", connection, transaction);
        var next = (long)take.ExecuteScalar()! + 1;
        using var find = new NpgsqlCommand($"SELECT seq FROM {schema}.{table.Name} WHERE id = $1", connection, transaction);
        find.Parameters.Add(new NpgsqlParameter { Value = id });
        var seq = find.ExecuteScalar() is long known ? known : next;
        var names = table.Columns.Select(c => c.Name).ToArray();
        using var save = new NpgsqlCommand(
            $"""
            INSERT INTO {schema}.{table.Name} ({string.Join(", ", names)}) VALUES ({string.Join(", ", names.Select((_, i) => $"${i + 1}"))})
            ON CONFLICT (id) DO UPDATE SET {string.Join(", ", names.Where(n => n is not "seq" and not "id").Select(n => $"{n} = excluded.{n}"))}
            """,
            connection,
            transaction);
        table.Write(in record, seq, 0, new ParameterSink(save));
        save.ExecuteNonQuery();
        if (seq == next)
        {
            using var count = new NpgsqlCommand($"UPDATE {schema}.counters SET last_seq = {next} WHERE table_name = '{table.Name}'", connection, transaction);
            count.ExecuteNonQuery();
        }

        return seq;
    }

    public static string Columns(RecordTable table) => string.Join(", ", table.Columns.Select(c => c.Name));
}
