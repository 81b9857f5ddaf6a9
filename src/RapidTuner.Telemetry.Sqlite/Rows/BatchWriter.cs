using System.Runtime.InteropServices;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Sqlite.Rows;

/// <summary>Writes batches over one connection: every statement prepared once, seqs counted here and kept in table counters.</summary>
internal sealed class BatchWriter : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly StepWriter _steps;
    private readonly RowWriter<GapRecord> _gaps;
    private readonly RowWriter<RequestRecord> _requests;
    private readonly RowWriter<WindowRecord> _windows;
    private readonly RowWriter<DecisionRecord> _decisions;
    private readonly RowWriter<RunRecord> _runs;
    private readonly TimeMarks _marks;
    private readonly SqliteStatement _count;
    private readonly Dictionary<string, long> _next;

    /// <param name="database">The connection.</param>
    /// <param name="seqs">Highest seq of each table that was ever given out.</param>
    public BatchWriter(SqliteDatabase database, IReadOnlyDictionary<string, long> seqs)
    {
        _database = database;
        _steps = new StepWriter(database);
        _gaps = new RowWriter<GapRecord>(database, TelemetryTables.Gaps);
        _requests = new RowWriter<RequestRecord>(database, TelemetryTables.Requests);
        _windows = new RowWriter<WindowRecord>(database, TelemetryTables.Windows);
        _decisions = new RowWriter<DecisionRecord>(database, TelemetryTables.Decisions);
        _runs = new RowWriter<RunRecord>(database, TelemetryTables.Runs);
        _marks = new TimeMarks(database);
        _count = database.Prepare("INSERT INTO counters VALUES (?1, ?2) ON CONFLICT (table_name) DO UPDATE SET last_seq = max(last_seq, ?2)");
        _next = seqs.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
    }

    /// <summary>Commits the batch.</summary>
    /// <returns>The highest seq per table, now committed.</returns>
    public Dictionary<string, long> Append(TelemetryBatch batch)
    {
        var before = new Dictionary<string, long>(_next, StringComparer.Ordinal);
        var run = batch.Run;
        try
        {
            _database.Execute("BEGIN IMMEDIATE");
            run = Register(run);
            WriteSteps(batch.Steps, run.Seq);
            Write(_gaps, TelemetryTables.Gaps, batch.Gaps, run.Seq, static r => r.AtUs);
            Write(_requests, TelemetryTables.Requests, batch.Requests, run.Seq, static r => r.FinishUs);
            Write(_windows, TelemetryTables.Windows, batch.Windows, run.Seq, static r => r.StartUs);
            Write(_decisions, TelemetryTables.Decisions, batch.Decisions, run.Seq, static r => r.AtUs);
            SaveCounters(before);
            _database.Execute("COMMIT");
        }
        catch
        {
            RollBack(before);
            throw;
        }

        _steps.Committed();
        _marks.Committed();
        batch.Run = run;
        return new Dictionary<string, long>(_next, StringComparer.Ordinal);
    }

    /// <summary>Writes a row of a keyed table inside the open transaction: the one with its id is replaced and keeps its seq.</summary>
    public long Save<T>(Table<T> table, in T record, string id)
    {
        long seq;
        using (var find = _database.Prepare($"SELECT seq FROM {table.Name} WHERE id = ?"))
        {
            find.Text(id);
            seq = find.Step() ? find.GetWhole(0) : 0;
        }

        if (seq == 0)
        {
            seq = _next[table.Name] + 1;
            SaveCounter(table.Name, seq);
        }

        using var save = _database.Prepare(
            $"INSERT OR REPLACE INTO {table.Name} ({string.Join(", ", table.Columns.Select(c => c.Name))}) VALUES ({string.Join(", ", table.Columns.Select(_ => "?"))})");
        table.Write(in record, seq, 0, save);
        save.Run();
        return seq;
    }

    /// <summary>The transaction with a <see cref="Save{T}"/> is in.</summary>
    public void Saved(string table, long seq) => _next[table] = Math.Max(_next[table], seq);

    /// <summary>Writes down how far every table has come: after a restore, which brought older counters.</summary>
    /// <returns>The number of tables.</returns>
    public int SaveCounters()
    {
        _database.Transaction(() =>
        {
            foreach (var (table, seq) in _next)
            {
                SaveCounter(table, seq);
            }
        });
        return _next.Count;
    }

    public void Dispose()
    {
        _steps.Dispose();
        _gaps.Dispose();
        _requests.Dispose();
        _windows.Dispose();
        _decisions.Dispose();
        _runs.Dispose();
        _marks.Dispose();
        _count.Dispose();
    }

    private RunRecord Register(RunRecord run)
    {
        if (run.Seq != 0)
        {
            return run;
        }

        var seq = ++_next[TelemetryTables.Runs.Name];
        _runs.Write(in run, seq, 0);
        return run with { Seq = seq };
    }

    private void WriteSteps(List<StepRecord> steps, long run)
    {
        var seq = _next[TelemetryTables.Steps.Name];
        foreach (ref readonly var step in CollectionsMarshal.AsSpan(steps))
        {
            _steps.Write(in step, ++seq, run);
            _marks.Note(TelemetryTables.Steps.Name, run, step.EndUs, seq);
        }

        _next[TelemetryTables.Steps.Name] = seq;
    }

    private void Write<T>(RowWriter<T> writer, Table<T> table, List<T> records, long run, Func<T, long> timeOf)
    {
        var seq = _next[table.Name];
        foreach (var record in records)
        {
            writer.Write(in record, ++seq, run);
            _marks.Note(table.Name, run, timeOf(record), seq);
        }

        _next[table.Name] = seq;
    }

    private void SaveCounters(Dictionary<string, long> before)
    {
        foreach (var (table, seq) in _next)
        {
            if (seq != before[table])
            {
                SaveCounter(table, seq);
            }
        }
    }

    private void SaveCounter(string table, long seq)
    {
        _count.Text(table);
        _count.Whole(seq);
        _count.Run();
    }

    private void RollBack(Dictionary<string, long> before)
    {
        _steps.RolledBack();
        _gaps.RolledBack();
        _requests.RolledBack();
        _windows.RolledBack();
        _decisions.RolledBack();
        _runs.RolledBack();
        _marks.RolledBack();
        _count.Reset();
        _database.TryRollback();
        foreach (var (table, seq) in before)
        {
            _next[table] = seq;
        }
    }
}
