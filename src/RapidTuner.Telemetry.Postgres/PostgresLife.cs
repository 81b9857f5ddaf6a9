using Npgsql;
using RapidTuner.Telemetry.Postgres.Rows;
using RapidTuner.Telemetry.Postgres.Schema;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Store.Life;

namespace RapidTuner.Telemetry.Postgres;

/// <summary>Deleting in PostgreSQL: whole days by dropping their partition, the rest row by row.</summary>
/// <param name="schema">The schema.</param>
/// <param name="change">Runs work in a transaction, under the store's lock.</param>
/// <param name="outside">Runs work outside of any transaction, under the store's lock.</param>
/// <param name="partitions">What partitions are known to be there.</param>
internal sealed class PostgresLife(
    string schema,
    Func<Func<NpgsqlConnection, long>, long> change,
    Action<Action<NpgsqlConnection>> outside,
    DayPartitions partitions) : IStoreLife
{
    private readonly HashSet<RecordTable> _thinned = [];

    public long DeleteOlder(RecordTable table, int? widthS, long cutUs, int rowsMax)
    {
        var dropped = widthS is null ? DropDays(table, cutUs) : 0;
        return dropped > 0
            ? dropped
            : Delete(table, $"{table.TimeColumn} < {cutUs} AND run IN (SELECT r.seq FROM {schema}.runs r WHERE r.origin_us <> 0)", widthS, rowsMax);
    }

    public long DeleteOldest(RecordTable table, int? widthS, int rowsMax)
    {
        _thinned.Add(table);
        return Delete(table, "true", widthS, rowsMax);
    }

    public long Rows(RecordTable table, int? widthS) => change(connection =>
    {
        using var count = new NpgsqlCommand($"SELECT count(*) FROM {schema}.{table.Name} WHERE {Width(widthS)}", connection);
        return (long)count.ExecuteScalar()!;
    });

    public void Insert(WindowRecord window, long run) => change(connection =>
    {
        var copy = new BatchCopy(connection, schema, partitions);
        var batch = new TelemetryBatch(new RunRecord { Seq = run });
        batch.Windows.Add(window);
        copy.Write(batch);
        return 1;
    });

    /// <summary>
    /// Deleted rows leave holes that new rows of the same day alone would fill, so thinned days are written anew, which holds
    /// other access to them up; that happens only when the budget is exceeded. Days without a row are dropped.
    /// </summary>
    public void GiveBack()
    {
        if (_thinned.Count == 0)
        {
            return;
        }

        outside(connection =>
        {
            foreach (var table in _thinned)
            {
                foreach (var (name, _) in DayPartitions.Of(connection, schema, table))
                {
                    using var any = new NpgsqlCommand($"SELECT EXISTS (SELECT 1 FROM {schema}.{name})", connection);
                    var statement = (bool)any.ExecuteScalar()! ? $"VACUUM (FULL) {schema}.{name}" : $"DROP TABLE {schema}.{name}";
                    using var rewrite = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
                    rewrite.ExecuteNonQuery();
                }
            }

            partitions.Forget();
        });
        _thinned.Clear();
    }

    // A day goes as a whole when it ended before the cut, holds real runs alone, and is not where the newest row is.
    private long DropDays(RecordTable table, long cutUs) => change(connection =>
    {
        var rows = 0L;
        foreach (var (name, fromUs) in DayPartitions.Of(connection, schema, table))
        {
            if (fromUs + DayPartitions.DayUs > cutUs)
            {
                break;
            }

            using var holds = new NpgsqlCommand(
                $"""
                SELECT count(*) FROM {schema}.{name}
                HAVING NOT bool_or(run IN (SELECT r.seq FROM {schema}.runs r WHERE r.origin_us = 0))
                    AND max(seq) < (SELECT max(seq) FROM {schema}.{table.Name})
                """,
                connection);
            if (holds.ExecuteScalar() is long count)
            {
                using var drop = new NpgsqlCommand($"DROP TABLE {schema}.{name}", connection);
                drop.ExecuteNonQuery();
                rows += count;
            }
        }

        partitions.Forget();
        return rows;
    });

    private long Delete(RecordTable table, string where, int? widthS, int rowsMax) => change(connection =>
    {
        using var delete = new NpgsqlCommand(
            $"""
            DELETE FROM {schema}.{table.Name} WHERE seq IN (
                SELECT seq FROM {schema}.{table.Name} WHERE {where} AND {Width(widthS)} AND seq < (SELECT max(seq) FROM {schema}.{table.Name})
                ORDER BY seq LIMIT {rowsMax})
            """,
            connection) { CommandTimeout = 0 };
        return delete.ExecuteNonQuery();
    });

    private static string Width(int? widthS) => widthS is { } width ? $"width_s = {width}" : "true";
}
