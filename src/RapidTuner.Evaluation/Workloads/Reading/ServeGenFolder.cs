using System.Text;
using System.Text.Json;
using RapidTuner.Core.Errors;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Reads a ServeGen folder: per client <c>…-trace.csv</c> (rate, CV, pattern, shape, scale per window) and <c>…-dataset.json</c>.</summary>
internal static class ServeGenFolder
{
    private const string TraceEnd = "-trace.csv";
    private const string LengthsEnd = "-dataset.json";
    private const int LengthsBytesMax = 1 << 28;

    /// <summary>All clients in order of their names; throws with every problem of every file.</summary>
    public static IReadOnlyList<ServeGenClient> Read(string folder)
    {
        var problems = new Problems();
        var clients = new List<ServeGenClient>();
        foreach (var tracePath in Directory.EnumerateFiles(folder, "*" + TraceEnd).Order(StringComparer.Ordinal))
        {
            var lengthsPath = tracePath[..^TraceEnd.Length] + LengthsEnd;
            if (!File.Exists(lengthsPath))
            {
                problems.Add(tracePath, $"has no {Path.GetFileName(lengthsPath)} beside it", "give both files of each client");
                continue;
            }

            var windows = Windows(tracePath, problems);
            var lengths = Lengths(lengthsPath, problems);
            if (windows.Any(window => window.RatePerS > 0) && lengths.Count == 0)
            {
                problems.Add(lengthsPath, "has no lengths for a client that sends", "give input_tokens and output_tokens");
            }

            clients.Add(new ServeGenClient(Path.GetFileName(tracePath)[..^TraceEnd.Length], windows, lengths));
        }

        problems.ThrowIfAny();
        if (clients.Count == 0)
        {
            throw new BadInputException(folder, "is a folder without ServeGen's …-trace.csv and …-dataset.json files", "give such a folder, or a trace file");
        }

        return clients;
    }

    private static List<ServeGenWindow> Windows(string path, Problems problems)
    {
        var windows = new List<ServeGenWindow>();
        Span<Range> fields = stackalloc Range[6];
        using var lines = new LineReader(path);
        while (lines.TryRead(out var line))
        {
            if (line.IsEmpty)
            {
                continue;
            }

            var where = $"{path}:{lines.Line}:1";
            if (CsvLine.Split(line, fields) != 6
                || !Tokens.TryParse(line[fields[0]], out double startS) || !Tokens.TryParse(line[fields[1]], out double rate)
                || !Tokens.TryParse(line[fields[4]], out double shape)
                || !(startS >= 0 && startS <= Tokens.ArrivalSMax && rate >= 0 && rate <= 1e6 && shape >= 0 && shape <= 1e6))
            {
                problems.Add(where, "is no window of a client", "give start s, requests/s, CV, pattern, shape, scale");
            }
            else if (windows.Count > 0 && startS <= windows[^1].StartS)
            {
                problems.Add(where, "starts no later than the window before", "sort the windows by time");
            }
            else
            {
                windows.Add(new ServeGenWindow(startS, rate, Encoding.UTF8.GetString(line[fields[3]]), shape));
            }
        }

        return windows;
    }

    private static List<ServeGenLengths> Lengths(string path, Problems problems)
    {
        var lengths = new List<ServeGenLengths>();
        try
        {
            using var document = JsonDocument.Parse(LineReader.ReadAll(path, LengthsBytesMax));
            foreach (var period in document.RootElement.EnumerateObject())
            {
                var prompt = Histogram(path, period, "input_tokens", problems);
                var output = Histogram(path, period, "output_tokens", problems);
                if (!Tokens.TryParse(Encoding.UTF8.GetBytes(period.Name), out double startS))
                {
                    problems.Add(path, $"`{period.Name}` is no time", "name each period by its start in seconds");
                }
                else if (prompt is not null && output is not null)
                {
                    lengths.Add(new ServeGenLengths(startS, prompt, output));
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            var at = fault is JsonException json ? $"{path}:{json.LineNumber + 1}:{json.BytePositionInLine + 1}" : path;
            problems.Add(at, "is no object of time → field → histogram", "give ServeGen's dataset file as it is published");
        }

        return [.. lengths.OrderBy(period => period.StartS)];
    }

    private static TokenHistogram? Histogram(string path, JsonProperty period, string field, Problems problems)
    {
        var text = period.Value.TryGetProperty(field, out var value) ? value.GetString() ?? "" : "{}";
        var histogram = TokenHistogram.Parse(Encoding.UTF8.GetBytes(text), out var empty);
        if (histogram is null && !empty)
        {
            problems.Add(path, $"{field} from {period.Name} s is no histogram", "write {tokens: probability, …}");
        }

        return histogram;
    }
}
