using System.Text.Json;
using RapidTuner.Core.Errors;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Token lengths of RAGPulse's prompt parts, from the five files beside the trace.</summary>
internal static class PartLengths
{
    /// <summary>Length by id; empty when none of the files is there. A line holds an id and then its tokens.</summary>
    public static Dictionary<long, int> Beside(string tracePath)
    {
        var lengths = new Dictionary<long, int>();
        var folder = Path.GetDirectoryName(Path.GetFullPath(tracePath)) ?? ".";
        foreach (var path in Directory.EnumerateFiles(folder, "?_*.jsonl").Where(IsParts).Order(StringComparer.Ordinal))
        {
            Read(path, lengths);
        }

        return lengths;
    }

    private static bool IsParts(string path) => Path.GetFileName(path)[0] is >= '1' and <= '5';

    private static void Read(string path, Dictionary<long, int> lengths)
    {
        var problems = new Problems();
        using var lines = new LineReader(path);
        while (lines.TryRead(out var line))
        {
            if (line.Trim(" \t"u8).IsEmpty)
            {
                continue;
            }

            if (Pair(line) is { } pair)
            {
                lengths[pair.Id] = pair.Tokens;
            }
            else
            {
                problems.Add($"{path}:{lines.Line}:1", "is not an object of an id and its tokens", "give one such object per line");
            }
        }

        problems.ThrowIfAny();
    }

    private static (long Id, int Tokens)? Pair(ReadOnlySpan<byte> line)
    {
        Span<long> numbers = stackalloc long[2];
        var found = 0;
        try
        {
            var json = new Utf8JsonReader(line);
            while (json.Read())
            {
                if (json.TokenType is JsonTokenType.Number or JsonTokenType.String && found < 2 && Tokens.TryParse(json.ValueSpan, out long number))
                {
                    numbers[found++] = number;
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }

        return found == 2 && numbers[1] is >= 0 and <= Tokens.Max ? (numbers[0], (int)numbers[1]) : null;
    }
}
