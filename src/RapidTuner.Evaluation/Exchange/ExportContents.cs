using System.Text.Json;
using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>What an export holds: its version, its format, and per table the rows and what every column is.</summary>
/// <param name="Version">Version of the layout.</param>
/// <param name="Format">"csv" or "jsonl".</param>
/// <param name="Program">Version of the program that wrote it.</param>
/// <param name="Tables">The tables.</param>
public sealed record ExportContents(int Version, string Format, string Program, IReadOnlyList<DictionaryTable> Tables)
{
    /// <summary>Name of its file.</summary>
    public const string FileName = "dictionary.json";

    /// <summary>The version that this program writes and reads.</summary>
    public const int Latest = 1;

    private const int BytesMax = 4 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        MaxDepth = 16,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Name of a table's file.</summary>
    public string FileOf(string table) => $"{table}.{Format}";

    /// <summary>Writes it into a folder.</summary>
    public void Write(string folder) => File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>Reads the dictionary of a folder.</summary>
    /// <exception cref="BadInputException">There is none, or none that this program reads.</exception>
    public static ExportContents Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new BadInputException(path, "is not there, so this is no whole export", "give a folder that `rapidtuner export` wrote to its end");
        }

        if (new FileInfo(path).Length > BytesMax)
        {
            throw new BadInputException(path, $"holds more than {BytesMax} bytes", "give a folder that `rapidtuner export` wrote");
        }

        try
        {
            var read = JsonSerializer.Deserialize<ExportContents>(File.ReadAllText(path), Json);
            return read switch
            {
                { Version: > Latest } => throw new BadInputException(path, $"has version {read.Version}, this program knows {Latest}", "use the later version of the program that wrote it"),
                { Version: >= 1, Format: "csv" or "jsonl", Tables: not null } when read.Tables.All(IsKnown) => read,
                _ => throw new BadInputException(path, "does not describe an export that this program knows", "give a folder that `rapidtuner export` wrote"),
            };
        }
        catch (JsonException broken)
        {
            throw new BadInputException($"{path}:{broken.LineNumber + 1}:{broken.BytePositionInLine + 1}", "is not JSON", "mend the syntax there");
        }
    }

    private static bool IsKnown(DictionaryTable table) => TelemetryTables.All.Any(t => t.Name == table.Name);
}
