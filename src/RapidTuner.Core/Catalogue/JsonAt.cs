using System.Text.Json;
using RapidTuner.Core.Errors;

namespace RapidTuner.Core.Catalogue;

/// <summary>A JSON value that knows where it stands; <c>JsonDocument</c> forgets that.</summary>
internal sealed class JsonAt
{
    private const int DepthMax = 8;

    private static readonly Dictionary<string, JsonAt> None = [];

    private readonly SourceFile _file;
    private readonly long _offset;

    private JsonAt(JsonTokenType kind, string text, SourceFile file, long offset)
    {
        Kind = kind;
        Text = text;
        _file = file;
        _offset = offset;
    }

    /// <summary>The kind of its first token.</summary>
    public JsonTokenType Kind { get; }

    /// <summary><c>file:line:column</c>.</summary>
    public string Where => _file.Where(_offset);

    /// <summary>A string's content; other values as they are written.</summary>
    public string Text { get; }

    /// <summary>An object's members, in the order of the file.</summary>
    public Dictionary<string, JsonAt> Members { get; private set; } = None;

    /// <summary>An array's items.</summary>
    public List<JsonAt> Items { get; } = [];

    /// <summary>Parses a file; null when it is no JSON, with the reason among the problems.</summary>
    public static JsonAt? Parse(SourceFile file, Problems problems)
    {
        var reader = new Utf8JsonReader(file.Bytes, new JsonReaderOptions { MaxDepth = DepthMax });
        try
        {
            reader.Read();
            var root = Value(ref reader, file, problems);
            while (reader.Read())
            {
                // Anything after the value throws.
            }

            return root;
        }
        catch (JsonException broken)
        {
            problems.Add(
                file.Where((broken.LineNumber ?? 0) + 1, (broken.BytePositionInLine ?? 0) + 1),
                "is no JSON: " + broken.Message.Split(" LineNumber")[0],
                "mend the syntax");
            return null;
        }
    }

    private static JsonAt Value(ref Utf8JsonReader reader, SourceFile file, Problems problems)
    {
        var text = reader.TokenType == JsonTokenType.String
            ? reader.GetString()!
            : System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
        var value = new JsonAt(reader.TokenType, text, file, reader.TokenStartIndex);
        if (value.Kind == JsonTokenType.StartObject)
        {
            ReadMembers(value, ref reader, file, problems);
        }
        else if (value.Kind == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                value.Items.Add(Value(ref reader, file, problems));
            }
        }

        return value;
    }

    private static void ReadMembers(JsonAt value, ref Utf8JsonReader reader, SourceFile file, Problems problems)
    {
        value.Members = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            var keyOffset = reader.TokenStartIndex;
            reader.Read();
            if (!value.Members.TryAdd(key, Value(ref reader, file, problems)))
            {
                problems.Add(file.Where(keyOffset), $"{key} is given twice", "keep one");
            }
        }
    }
}
