using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>Writes a store, or a part of it, as plain files. Streams: no table is in memory as a whole.</summary>
/// <param name="store">The store.</param>
/// <param name="folder">A folder that is empty or missing.</param>
/// <param name="selection">What of it.</param>
/// <param name="program">Version of the program, for the dictionary.</param>
public sealed class ExportFolder(ITelemetryStore store, string folder, ExportSelection selection, string program)
{
    private const int BufferBytes = 1 << 18;

    private readonly List<DictionaryTable> _written = [];

    /// <summary>Does it.</summary>
    /// <returns>The dictionary.</returns>
    /// <exception cref="BadInputException">The folder holds something already.</exception>
    public ExportContents Write()
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new BadInputException(folder, "holds something already", "give an empty or a new folder");
        }

        Directory.CreateDirectory(folder);
        Write(TelemetryTables.Runs, r => selection.Run is null || r.Seq == selection.Run);
        Write(TelemetryTables.Steps);
        Write(TelemetryTables.Gaps);
        Write(TelemetryTables.Requests);
        Write(TelemetryTables.Windows);
        Write(TelemetryTables.Decisions);
        Write(TelemetryTables.Models);
        Write(TelemetryTables.Jobs);
        var dictionary = new ExportContents(ExportContents.Latest, Names<ExchangeFormat>.Of(selection.Format), program, _written);
        dictionary.Write(folder);
        return dictionary;
    }

    private void Write<T>(Table<T> table, Func<T, bool>? keep = null)
    {
        if (!selection.Has(table))
        {
            return;
        }

        var rows = 0L;
        var path = Path.Combine(folder, $"{table.Name}.{Names<ExchangeFormat>.Of(selection.Format)}");
        using (var sink = Sink(path, table))
        {
            foreach (var record in store.Read(table, selection.RangeOf(table)))
            {
                if (keep is null || keep(record))
                {
                    table.Write(in record, SeqOf(record), table.RunOf(in record), sink);
                    sink.EndRow();
                    rows++;
                }
            }
        }

        _written.Add(DictionaryTable.Of(table, rows));
    }

    private IExportSink Sink(string path, RecordTable table)
    {
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes);
        return selection.Format == ExchangeFormat.Csv ? new CsvSink(new StreamWriter(file), table) : new JsonlSink(file, table);
    }

    private static long SeqOf<T>(T record) => record switch
    {
        Telemetry.Records.RunRecord r => r.Seq,
        Telemetry.Records.StepRecord r => r.Seq,
        Telemetry.Records.GapRecord r => r.Seq,
        Telemetry.Records.RequestRecord r => r.Seq,
        Telemetry.Records.WindowRecord r => r.Seq,
        Telemetry.Records.DecisionRecord r => r.Seq,
        Telemetry.Records.ModelRecord r => r.Seq,
        Telemetry.Records.JobRecord r => r.Seq,
        _ => throw new InvalidOperationException($"{typeof(T).Name} is no record of a table"),
    };
}
