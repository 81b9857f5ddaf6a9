using System.Text.Json;
using RapidTuner.Core.Errors;

namespace RapidTuner.Engine.Cpu.Loading;

/// <summary>Reads JSON files of a checkpoint, which may be anything: size and depth are bounded before anything is parsed.</summary>
internal static class BoundedJson
{
    /// <summary>Largest small file (configurations), bytes.</summary>
    public const long SmallBytesMax = 4 << 20;

    /// <summary>Largest table (tokenizer, index of shards), bytes. Published tokenizers have up to 20 MB.</summary>
    public const long TableBytesMax = 128 << 20;

    private const int DepthMax = 32;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DepthMax };

    /// <summary>The object in a file; null with the problem told when there is none.</summary>
    public static JsonDocument? Read(string path, long bytesMax, Problems found)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > bytesMax)
            {
                found.Add(path, $"has {length} bytes, more than the {bytesMax} that such a file may have", "give a checkpoint's own file");
                return null;
            }

            return Parse(path, File.ReadAllBytes(path), found);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            found.Add(path, unreadable.Message, "name a folder with a checkpoint in Hugging Face's layout");
            return null;
        }
    }

    /// <summary>The object in a text; null with the problem told when there is none.</summary>
    public static JsonDocument? Parse(string where, ReadOnlyMemory<byte> text, Problems found)
    {
        try
        {
            var document = JsonDocument.Parse(text, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            found.Add($"{where}:1:1", "is not a JSON object", "give a checkpoint's own file");
        }
        catch (JsonException broken)
        {
            found.Add($"{where}:{broken.LineNumber + 1}:{broken.BytePositionInLine + 1}", "is not JSON", "give a checkpoint's own file");
        }

        return null;
    }

    /// <summary>A member, or null when it is missing or null.</summary>
    public static JsonElement? Member(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    /// <summary>A member that is a string, or null.</summary>
    public static string? Text(this JsonElement parent, string name) =>
        parent.Member(name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    /// <summary>A member that is true.</summary>
    public static bool Flag(this JsonElement parent, string name) => parent.Member(name) is { ValueKind: JsonValueKind.True };
}
