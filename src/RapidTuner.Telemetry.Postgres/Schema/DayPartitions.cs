using Npgsql;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres.Schema;

/// <summary>
/// One partition per table and UTC day, made in the transaction that first needs it. A partition is made on its own and then
/// attached: CREATE TABLE … PARTITION OF would lock every reader of the table out, ATTACH does not.
/// </summary>
internal sealed class DayPartitions(string schema)
{
    public const long DayUs = 86_400 * Micros.PerS;

    private readonly HashSet<(string Table, long Day)> _known = [];
    private readonly List<(string Table, long Day)> _made = [];

    public static long DayOf(long atUs) => (atUs - (((atUs % DayUs) + DayUs) % DayUs)) / DayUs;

    /// <summary>Name of a day's partition: <c>steps_20260921</c>, or the day's number where the calendar ends.</summary>
    public static string NameOf(string table, long day) =>
        Math.Abs(day) < 700_000 ? $"{table}_{DateTimeOffset.UnixEpoch.AddDays(day):yyyyMMdd}" : $"{table}_d{day}".Replace('-', 'm');

    /// <summary>Makes the partition that a row of <paramref name="atUs"/> goes to, when it is missing.</summary>
    public void Ensure(NpgsqlConnection connection, RecordTable table, long atUs)
    {
        var day = DayOf(atUs);
        if (!_known.Add((table.Name, day)))
        {
            return;
        }

        _made.Add((table.Name, day));
        var name = NameOf(table.Name, day);
        using var exists = new NpgsqlCommand($"SELECT to_regclass('{schema}.{name}') IS NOT NULL", connection);
        if ((bool)exists.ExecuteScalar()!)
        {
            return;
        }

        using var make = new NpgsqlCommand(
            $"CREATE TABLE {schema}.{name} (LIKE {schema}.{table.Name} INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION); "
            + $"ALTER TABLE {schema}.{table.Name} ATTACH PARTITION {schema}.{name} FOR VALUES FROM ({day * DayUs}) TO ({(day + 1) * DayUs})",
            connection);
        make.ExecuteNonQuery();
    }

    public void Committed() => _made.Clear();

    public void RolledBack()
    {
        foreach (var made in _made)
        {
            _known.Remove(made);
        }

        _made.Clear();
    }

    /// <summary>Forgets what is there: after partitions were dropped.</summary>
    public void Forget()
    {
        _known.Clear();
        _made.Clear();
    }

    /// <summary>The days for which a table has partitions, oldest first.</summary>
    public static List<(string Name, long FromUs)> Of(NpgsqlConnection connection, string schema, RecordTable table)
    {
        var days = new List<(string, long)>();
        using var list = new NpgsqlCommand(
            $"""
            SELECT c.relname, (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''?(-?\d+)''?\)'))[1]::bigint
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = '{schema}.{table.Name}'::regclass ORDER BY 2
            """,
            connection);
        using var rows = list.ExecuteReader();
        while (rows.Read())
        {
            days.Add((rows.GetString(0), rows.GetInt64(1)));
        }

        return days;
    }
}
