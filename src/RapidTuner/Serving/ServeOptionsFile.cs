using System.Text.Json;
using RapidTuner.Core.Errors;

namespace RapidTuner.Serving;

/// <summary>Reads `serve --config F`: one JSON object whose keys are the options in snake_case. Unknown keys and wrong types are all told at once.</summary>
internal static class ServeOptionsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 };

    /// <summary>Options of the file at <paramref name="path"/>, those it does not name from <paramref name="defaults"/>.</summary>
    public static ServeOptions Read(string path, ServeOptions defaults, Problems found)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
            text = text is [0xEF, 0xBB, 0xBF, ..] ? text[3..] : text;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            found.Add($"--config {path}", unreadable.Message, "name a JSON file that can be read");
            return defaults;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                found.Add($"{path}:1:1", "is not a JSON object", "write {\"device\": \"mi300x\", …}");
                return defaults;
            }

            var places = PlacesOf(text);
            return document.RootElement.EnumerateObject().Aggregate(defaults, (options, member) => Set(options, $"{path}:{places[member.Name]}: {member.Name}", member, found));
        }
        catch (JsonException broken)
        {
            found.Add($"{path}:{broken.LineNumber + 1}:{broken.BytePositionInLine + 1}", "is not JSON", "mend the syntax there");
            return defaults;
        }
    }

    /// <summary><c>line:column</c> of each key, both from 1; a document forgets them. Of a key given twice the last counts, as its value does.</summary>
    private static Dictionary<string, string> PlacesOf(ReadOnlySpan<byte> text)
    {
        var places = new Dictionary<string, string>();
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = Lenient.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                var before = text[..(int)reader.TokenStartIndex];
                places[reader.GetString()!] = $"{before.Count((byte)'\n') + 1}:{before.Length - before.LastIndexOf((byte)'\n')}";
            }
        }

        return places;
    }

    private static ServeOptions Set(ServeOptions options, string at, JsonProperty member, Problems found)
    {
        string Text(string fallback) => member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : Wrong(fallback, "a string");
        double Number(double fallback) => member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetDouble() : Wrong(fallback, "a number");
        int Whole(int fallback) => member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var value) ? value : Wrong(fallback, "a whole number");
        ulong Seed(ulong fallback) => member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetUInt64(out var value) ? value : Wrong(fallback, "a whole number from 0");
        T Wrong<T>(T fallback, string wanted)
        {
            found.Add(at, $"is {member.Value.GetRawText()}", $"give {wanted}");
            return fallback;
        }

        switch (member.Name)
        {
            case "urls": return options with { Urls = Text(options.Urls) };
            case "engine": return options with { Engine = Text(options.Engine) };
            case "device": return options with { Device = Text(options.Device) };
            case "model": return options with { Model = Text(options.Model) };
            case "tp": return options with { Tp = Whole(options.Tp) };
            case "policy": return options with { Policy = Text(options.Policy) };
            case "stack": return options with { Stack = Text(options.Stack) };
            case "slo": return options with { Slo = Text(options.Slo) };
            case "load": return options with { Load = Text(options.Load) };
            case "rate": return options with { Rate = Number(options.Rate) };
            case "data": return options with { Data = Text(options.Data) };
            case "seed": return options with { Seed = Seed(options.Seed) };
            case "queue_max": return options with { QueueMax = Whole(options.QueueMax) };
            case "generations_max": return options with { GenerationsMax = Whole(options.GenerationsMax) };
            case "drain_s": return options with { DrainS = Number(options.DrainS) };
            default:
                found.Add(at, "is not an option", "known: urls, engine, device, model, tp, policy, stack, slo, load, rate, data, seed, queue_max, generations_max, drain_s");
                return options;
        }
    }
}
