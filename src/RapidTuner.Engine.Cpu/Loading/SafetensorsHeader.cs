using System.Buffers.Binary;
using System.Text.Json;
using RapidTuner.Core.Errors;

namespace RapidTuner.Engine.Cpu.Loading;

/// <summary>
/// The header of a safetensors file (8 bytes of length, then JSON: name → type, shape, offsets). The file may be hostile: the length is bounded, sizes are multiplied with
/// overflow checked, and tensors must lie within the file, side by side, none over another. Everything wrong is told.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>Longest header, bytes. Chosen: a model of a hundred thousand tensors has about 15 MB.</summary>
    public const long BytesMax = 32 << 20;

    private const int LengthBytes = 8;
    private const int DimensionsMax = 8;

    /// <summary>Bytes of an element of each type of the format.</summary>
    private static readonly Dictionary<string, int> Sizes = new(StringComparer.Ordinal)
    {
        ["F64"] = 8, ["F32"] = 4, ["F16"] = 2, ["BF16"] = 2, ["I64"] = 8, ["I32"] = 4, ["I16"] = 2, ["I8"] = 1, ["U64"] = 8, ["U32"] = 4, ["U16"] = 2, ["U8"] = 1, ["BOOL"] = 1, ["F8_E4M3"] = 1, ["F8_E5M2"] = 1,
    };

    /// <summary>Reads a header.</summary>
    /// <param name="path">The file, for problems.</param>
    /// <param name="file">It, at its beginning.</param>
    /// <param name="found">What is wrong.</param>
    /// <param name="dataBegin">Where the data begin.</param>
    public static Dictionary<string, TensorEntry> Read(string path, Stream file, Problems found, out long dataBegin)
    {
        dataBegin = 0;
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (file.ReadAtLeast(prefix, LengthBytes, throwOnEndOfStream: false) < LengthBytes)
        {
            found.Add(path, $"has {file.Length} bytes, too few for a safetensors file", "fetch the file again");
            return [];
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > BytesMax || (long)length > file.Length - LengthBytes)
        {
            found.Add(path, $"says that its header has {length} bytes; the file has {file.Length}, and a header at most {BytesMax}", "fetch the file again");
            return [];
        }

        var text = new byte[length];
        file.ReadExactly(text);
        dataBegin = LengthBytes + (long)length;
        using var document = BoundedJson.Parse(path, text, found);
        return document is null ? [] : Entries(path, document.RootElement, file.Length - dataBegin, found);
    }

    private static Dictionary<string, TensorEntry> Entries(string path, JsonElement root, long dataBytes, Problems found)
    {
        var entries = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject().Where(m => m.Name != "__metadata__"))
        {
            if (Entry($"{path}: {member.Name}", member.Value, dataBytes, found) is not { } entry)
            {
                continue;
            }

            if (!entries.TryAdd(member.Name, entry))
            {
                found.Add($"{path}: {member.Name}", "stands there twice", "fetch the file again");
            }
        }

        CheckLayout(path, entries, dataBytes, found);
        return entries;
    }

    private static TensorEntry? Entry(string where, JsonElement value, long dataBytes, Problems found)
    {
        var type = value.Text("dtype");
        if (type is null || !Sizes.TryGetValue(type, out var bytes))
        {
            found.Add(where, $"is of type '{type}'", $"known: {string.Join(", ", Sizes.Keys)}");
            return null;
        }

        if (Whole(value.Member("shape")) is not { Length: <= DimensionsMax } shape || Whole(value.Member("data_offsets")) is not { Length: 2 } offsets)
        {
            found.Add(where, "has no shape of whole numbers or no two data_offsets", "fetch the file again");
            return null;
        }

        var size = shape.Aggregate((Int128)bytes, (product, n) => product > dataBytes ? product : product * n);
        var (begin, end) = (offsets[0], offsets[1]);
        if (begin > end || end > dataBytes)
        {
            found.Add(where, $"lies at {begin} to {end}, outside the file's {dataBytes} bytes of data", "the file is cut short or damaged; fetch it again");
            return null;
        }

        if (size != end - begin)
        {
            found.Add(where, $"takes {end - begin} bytes, but {type} of shape [{string.Join(", ", shape)}] does not", "fetch the file again");
            return null;
        }

        return new TensorEntry(type, shape, begin, end);
    }

    private static void CheckLayout(string path, Dictionary<string, TensorEntry> entries, long dataBytes, Problems found)
    {
        var at = 0L;
        foreach (var (name, entry) in entries.OrderBy(e => e.Value.Begin).ThenBy(e => e.Value.End))
        {
            if (entry.Begin != at)
            {
                found.Add($"{path}: {name}", entry.Begin < at ? "lies over another tensor" : $"leaves {entry.Begin - at} bytes before it that belong to nothing", "fetch the file again");
            }

            at = Math.Max(at, entry.End);
        }

        if (at != dataBytes && !found.Any)
        {
            found.Add(path, $"has {dataBytes - at} bytes after its last tensor", "fetch the file again");
        }
    }

    private static long[]? Whole(JsonElement? value)
    {
        if (value is not { ValueKind: JsonValueKind.Array } array)
        {
            return null;
        }

        var numbers = new List<long>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var number) || number < 0 || numbers.Count > DimensionsMax)
            {
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }
}
