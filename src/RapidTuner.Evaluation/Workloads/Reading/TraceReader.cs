using System.Globalization;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>
/// Reads a trace in any of the known formats, recognised by content: canonical CSV, Azure LLM CSV, BurstGPT CSV, Mooncake
/// JSONL, RAGPulse JSONL (each plain or gzip) and a ServeGen folder. All problems of a file come in one exception.
/// </summary>
public static class TraceReader
{
    /// <summary>Reads the trace at <paramref name="path"/>.</summary>
    /// <param name="path">File, or folder of a ServeGen release.</param>
    /// <param name="seed">Seed of the sampling that a ServeGen folder needs; other formats are read as they are.</param>
    /// <param name="note">Takes what a user should hear of (rows left out, rows sorted), a line each; null drops it.</param>
    /// <exception cref="BadInputException">The file is missing, empty, broken or of no known format.</exception>
    public static Trace Read(string path, ulong seed = 1, Action<string>? note = null)
    {
        note ??= _ => { };
        if (Directory.Exists(path))
        {
            return Finished(path, ServeGenSampler.Sample(ServeGenFolder.Read(path), seed), 0, false, note);
        }

        var (format, columns) = FormatSniffer.Recognise(path);
        var rows = format switch
        {
            TraceFormat.Mooncake => JsonlTraceReader.ReadMooncake(path),
            TraceFormat.RagPulse => JsonlTraceReader.ReadRagPulse(path, note),
            TraceFormat.Spec => throw new BadInputException(path, "is a workload spec, not a trace", "make a trace of it with `rapidtuner workload generate`"),
            _ => CsvTraceReader.Read(path, columns!),
        };
        var (sorted, reordered) = rows.ToSorted();
        if (format != TraceFormat.Canonical)
        {
            Rebase(sorted);
        }

        return Finished(path, sorted, rows.Skipped, reordered, note);
    }

    /// <summary>Name of a trace: its file's name without <c>.gz</c> and the extension before it.</summary>
    public static string NameOf(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        if (Directory.Exists(path))
        {
            return name;
        }

        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetFileNameWithoutExtension(name);
    }

    private static Trace Finished(string path, TraceRequest[] sorted, int skipped, bool reordered, Action<string> note)
    {
        if (sorted.Length == 0)
        {
            var left = skipped == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $": all {skipped} rows have 0 response tokens");
            throw new BadInputException(path, "the trace is empty" + left, "give at least one request");
        }

        if (skipped > 0)
        {
            note($"{path}: skipped {skipped} rows with 0 response tokens");
        }

        if (reordered)
        {
            note($"{path}: rows were not in order of arrival; sorted, equal times in file order");
        }

        return new Trace(NameOf(path), sorted, skipped, TimestampStep.Of(sorted));
    }

    /// <summary>Sources count from an instant of their own; a trace counts from its first request.</summary>
    private static void Rebase(TraceRequest[] sorted)
    {
        var firstS = sorted.Length == 0 ? 0 : sorted[0].ArrivalS;
        for (var i = 0; i < sorted.Length && firstS != 0; i++)
        {
            sorted[i] = sorted[i] with { ArrivalS = sorted[i].ArrivalS - firstS };
        }
    }
}
