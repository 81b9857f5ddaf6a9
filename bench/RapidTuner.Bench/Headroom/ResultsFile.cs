using System.Text.Json;

namespace RapidTuner.Bench.Headroom;

/// <summary>A file of one line of JSON per result, by which a bench that was ended goes on where it stopped.</summary>
/// <typeparam name="T">What a line holds.</typeparam>
/// <param name="path">The file; it need not be there.</param>
internal sealed class ResultsFile<T>(string path)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What it holds.</summary>
    public List<T> Read() => File.Exists(path) ? [.. File.ReadLines(path).Where(l => l.Length > 0).Select(l => JsonSerializer.Deserialize<T>(l, Json)!)] : [];

    /// <summary>Adds a line.</summary>
    public void Add(T result) => File.AppendAllText(path, JsonSerializer.Serialize(result, Json) + "\n");

    /// <summary>Holds these from now on.</summary>
    public void Replace(IEnumerable<T> results) => File.WriteAllLines(path, results.Select(r => JsonSerializer.Serialize(r, Json)));
}
