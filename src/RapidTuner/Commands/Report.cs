using System.Text.Json;

namespace RapidTuner.Commands;

/// <summary>What the commands on data say when they are done.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Rows per table.</summary>
    public static void Rows(Terminal terminal, bool json, string done, string path, IReadOnlyDictionary<string, long> rows)
    {
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(new { path, rows }, Json));
            return;
        }

        terminal.Out.WriteLine($"{done} {path}: {string.Join(", ", rows.Select(r => $"{r.Value:N0} {r.Key}"))}");
    }

    /// <summary>A file.</summary>
    public static void File(Terminal terminal, bool json, string done, string path, string store)
    {
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(new { path, store, bytes = new FileInfo(path).Length }, Json));
            return;
        }

        terminal.Out.WriteLine($"{done}: {path} ({new FileInfo(path).Length:N0} bytes), store {store}");
    }
}
