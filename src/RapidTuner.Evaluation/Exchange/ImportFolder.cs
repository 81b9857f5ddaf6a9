using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>
/// Brings an export into a store, beside what is there. Rows get new seqs, runs too; a model or job replaces the one with its id. Everything is read and checked
/// before anything is written.
/// </summary>
/// <param name="folder">What <see cref="ExportFolder"/> wrote.</param>
public sealed class ImportFolder(string folder)
{
    private const int BatchRows = 10_000;

    private readonly ExportContents _dictionary = ExportContents.Read(folder);
    private readonly Dictionary<string, long> _rows = new(StringComparer.Ordinal);

    /// <summary>Adds every problem of every file, those beyond the first hundred as a number.</summary>
    public void Check(Problems found)
    {
        var runs = new HashSet<long>();
        foreach (var (line, _, run) in Rows(TelemetryTables.Runs, found))
        {
            if (!runs.Add(run.Seq))
            {
                found.Add($"{PathOf(TelemetryTables.Runs)}:{line}:1", $"run {run.Seq} stands there twice", "leave one out");
            }
        }

        CheckRuns(TelemetryTables.Steps, runs, found);
        CheckRuns(TelemetryTables.Gaps, runs, found);
        CheckRuns(TelemetryTables.Requests, runs, found);
        CheckRuns(TelemetryTables.Windows, runs, found);
        CheckRuns(TelemetryTables.Decisions, runs, found);
        CheckIds(TelemetryTables.Models, m => m.Id, found);
        CheckIds(TelemetryTables.Jobs, j => j.Id, found);
    }

    /// <summary>Writes everything into <paramref name="store"/>.</summary>
    /// <returns>Rows per table.</returns>
    /// <exception cref="BadInputException">A row is wrong: the folder was not checked, or changed since.</exception>
    public IReadOnlyDictionary<string, long> Into(ITelemetryStore store)
    {
        var runs = new Dictionary<long, RunRecord>();
        foreach (var (_, _, run) in Rows(TelemetryTables.Runs, null))
        {
            var batch = new TelemetryBatch(run with { Seq = 0 });
            store.Append(batch);
            runs.Add(run.Seq, batch.Run);
            Count(TelemetryTables.Runs, 1);
        }

        Append(store, TelemetryTables.Steps, b => b.Steps, runs);
        Append(store, TelemetryTables.Gaps, b => b.Gaps, runs);
        Append(store, TelemetryTables.Requests, b => b.Requests, runs);
        Append(store, TelemetryTables.Windows, b => b.Windows, runs);
        Append(store, TelemetryTables.Decisions, b => b.Decisions, runs);
        foreach (var (_, _, model) in Rows(TelemetryTables.Models, null))
        {
            store.Save(model);
            Count(TelemetryTables.Models, 1);
        }

        foreach (var (_, _, job) in Rows(TelemetryTables.Jobs, null))
        {
            store.Save(job);
            Count(TelemetryTables.Jobs, 1);
        }

        return _rows;
    }

    internal string PathOf(RecordTable table) => Path.Combine(folder, _dictionary.FileOf(table.Name));

    internal IEnumerable<(long Line, FieldRow Row, T Record)> Rows<T>(Table<T> table, Problems? found) =>
        _dictionary.Tables.Any(t => t.Name == table.Name) ? new TableFile<T>(PathOf(table), table).Rows(found) : [];

    private void CheckRuns<T>(Table<T> table, HashSet<long> runs, Problems found)
    {
        foreach (var (line, _, record) in Rows(table, found))
        {
            if (!runs.Contains(table.RunOf(in record)))
            {
                found.Add($"{PathOf(table)}:{line}:2", $"run {table.RunOf(in record)} is not in {_dictionary.FileOf("runs")}", "add that run, or leave the row out");
            }
        }
    }

    private void CheckIds<T>(Table<T> table, Func<T, string> idOf, Problems found)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (line, _, record) in Rows(table, found))
        {
            if (idOf(record) is "" || !ids.Add(idOf(record)))
            {
                found.Add($"{PathOf(table)}:{line}:2", $"id `{idOf(record)}` is empty or stands there twice", "give each its own");
            }
        }
    }

    private void Append<T>(ITelemetryStore store, Table<T> table, Func<TelemetryBatch, List<T>> listOf, Dictionary<long, RunRecord> runs)
    {
        TelemetryBatch? batch = null;
        var run = 0L;
        foreach (var (_, _, record) in Rows(table, null))
        {
            if (batch is null || table.RunOf(in record) != run || batch.Count == BatchRows)
            {
                Flush();
                run = table.RunOf(in record);
                batch = new TelemetryBatch(runs[run]);
            }

            listOf(batch).Add(record);
        }

        Flush();

        void Flush()
        {
            if (batch is not null)
            {
                store.Append(batch);
                Count(table, batch.Count);
            }
        }
    }

    private void Count(RecordTable table, long rows) => _rows[table.Name] = _rows.GetValueOrDefault(table.Name) + rows;
}
