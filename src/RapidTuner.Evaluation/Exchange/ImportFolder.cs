using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>
/// Brings an export into a store, beside what is there. Rows get new seqs, runs too; a run that is there already, row by row the same, is passed over, and
/// a model or job replaces the one with its id: to import twice is to import once. Everything is read and checked before anything is written.
/// </summary>
/// <param name="folder">What <see cref="ExportFolder"/> wrote.</param>
public sealed class ImportFolder(string folder)
{
    private const int BatchRows = 10_000;

    private readonly ExportContents _dictionary = ExportContents.Read(folder);
    private readonly Dictionary<string, long> _rows = new(StringComparer.Ordinal);

    /// <summary>Runs of the export, by their numbers there, that <see cref="Into"/> found in the store already.</summary>
    public IReadOnlyList<long> PassedOver { get; private set; } = [];

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
        PassedOver = Known(store);
        Count(TelemetryTables.Runs, 0);
        foreach (var (_, _, run) in Rows(TelemetryTables.Runs, null).Where(r => !PassedOver.Contains(r.Record.Seq)))
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
        foreach (var (_, _, record) in Rows(table, null).Where(r => runs.ContainsKey(table.RunOf(r.Record))))
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

    // Runs whose record the store has too are compared row by row, in the tables that the export holds.
    private long[] Known(ITelemetryStore store)
    {
        var there = store.Read(TelemetryTables.Runs, ReadRange.Everything).ToLookup(r => r with { Seq = 0 });
        var asked = Rows(TelemetryTables.Runs, null).Select(r => r.Record).Where(r => there.Contains(r with { Seq = 0 })).ToArray();
        using var files = new ExportedStore(folder);
        return [.. asked.Where(r => there[r with { Seq = 0 }] is var alike && Digest(files, r.Seq) is var mine && alike.Any(a => Digest(store, a.Seq) == mine)).Select(r => r.Seq)];
    }

    private string Digest(ITelemetryStore store, long run)
    {
        using var digest = new RowDigest();
        Add(TelemetryTables.Steps);
        Add(TelemetryTables.Gaps);
        Add(TelemetryTables.Requests);
        Add(TelemetryTables.Windows);
        Add(TelemetryTables.Decisions);
        return digest.Take();

        void Add<T>(Table<T> table)
        {
            foreach (var record in _dictionary.Tables.Any(t => t.Name == table.Name) ? store.Read(table, new ReadRange { Run = run }) : [])
            {
                digest.Add(table, in record);
            }
        }
    }

    private void Count(RecordTable table, long rows) => _rows[table.Name] = _rows.GetValueOrDefault(table.Name) + rows;
}
