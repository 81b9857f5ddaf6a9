using System.Runtime.InteropServices;
using Npgsql;
using RapidTuner.Telemetry.Postgres.Schema;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Postgres.Rows;

/// <summary>
/// Writes a batch inside an open transaction, one binary COPY per table. Seqs come from rows of table counters, whose lock makes
/// the processes of a fleet take turns: seqs rise in order of commit.
/// </summary>
internal sealed class BatchCopy(NpgsqlConnection connection, string schema, DayPartitions partitions)
{
    public Dictionary<string, long> Reached { get; } = new(StringComparer.Ordinal);

    /// <returns>The run, with its seq.</returns>
    public RunRecord Write(TelemetryBatch batch)
    {
        var run = batch.Run;
        if (run.Seq == 0)
        {
            run = run with { Seq = Copy(TelemetryTables.Runs, [run], 0, null) };
        }

        Copy(TelemetryTables.Steps, batch.Steps, run.Seq, static r => r.EndUs);
        Copy(TelemetryTables.Gaps, batch.Gaps, run.Seq, static r => r.AtUs);
        Copy(TelemetryTables.Requests, batch.Requests, run.Seq, static r => r.FinishUs);
        Copy(TelemetryTables.Windows, batch.Windows, run.Seq, static r => r.StartUs);
        Copy(TelemetryTables.Decisions, batch.Decisions, run.Seq, static r => r.AtUs);
        return run;
    }

    /// <summary>Takes the next <paramref name="count"/> seqs of a table.</summary>
    /// <returns>The last of them.</returns>
    public long Take(string table, int count)
    {
        using var take = new NpgsqlCommand($"UPDATE {schema}.counters SET last_seq = last_seq + {count} WHERE table_name = '{table}' RETURNING last_seq", connection);
        var last = (long)take.ExecuteScalar()!;
        Reached[table] = last;
        return last;
    }

    private long Copy<T>(Table<T> table, List<T> records, long run, Func<T, long>? timeOf)
    {
        if (records.Count == 0)
        {
            return 0;
        }

        var last = Take(table.Name, records.Count);
        using var sink = new CopySink(connection, Target(table, records, timeOf), table);
        var seq = last - records.Count;
        foreach (ref readonly var record in CollectionsMarshal.AsSpan(records))
        {
            sink.StartRow();
            table.Write(in record, ++seq, run, sink);
        }

        sink.Complete();
        return last;
    }

    // Rows of one day go to its partition at once, so that the server does not look for each row's.
    private string Target<T>(Table<T> table, List<T> records, Func<T, long>? timeOf)
    {
        if (timeOf is null)
        {
            return $"{schema}.{table.Name}";
        }

        var (firstDay, lastDay) = (long.MaxValue, long.MinValue);
        foreach (var record in records)
        {
            var day = DayPartitions.DayOf(timeOf(record));
            if (day != firstDay || day != lastDay)
            {
                partitions.Ensure(connection, table, timeOf(record));
                (firstDay, lastDay) = (Math.Min(firstDay, day), Math.Max(lastDay, day));
            }
        }

        return $"{schema}.{(firstDay == lastDay ? DayPartitions.NameOf(table.Name, firstDay) : table.Name)}";
    }
}
