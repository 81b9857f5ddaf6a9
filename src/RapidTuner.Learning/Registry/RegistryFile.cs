using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Registry;

/// <summary>The registry's small JSON files: bounded before they are parsed, whole and on disk before they appear.</summary>
internal static class RegistryFile
{
    /// <summary>Largest JSON file, bytes. Chosen: ten thousand scopes of state.</summary>
    public const long JsonBytesMax = 4 << 20;

    /// <summary>Largest artefact that is checked, bytes.</summary>
    public const long ArtefactBytesMax = Artefacts.ArtefactFile.FileBytesMax;

    /// <summary>Longest name of a target or scope.</summary>
    public const int NameMax = 160;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        MaxDepth = 12,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads a file; null when it is not there.</summary>
    /// <exception cref="BadInputException">It is damaged, too large or newer than this program.</exception>
    public static T? Read<T>(string path, Func<T, int> formatOf)
        where T : class
    {
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            return null;
        }

        if (info.Length > JsonBytesMax)
        {
            throw new BadInputException(path, $"has {info.Length} bytes, more than a registry's file", "restore it from a backup, or remove it");
        }

        T? read;
        try
        {
            read = JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Json);
        }
        catch (JsonException bad)
        {
            throw new BadInputException($"{path}:{(bad.LineNumber ?? 0) + 1}:{(bad.BytePositionInLine ?? 0) + 1}", "is damaged", "restore it from a backup, or remove it");
        }

        if (read is null)
        {
            throw new BadInputException(path, "is empty", "restore it from a backup, or remove it");
        }

        return formatOf(read) <= RegistryEntry.FormatNewest
            ? read
            : throw new BadInputException(path, $"has format {formatOf(read)}, this program reads up to {RegistryEntry.FormatNewest}", "use a newer RapidTuner");
    }

    /// <summary>Writes a JSON file.</summary>
    public static void Write<T>(string path, T value) => WriteBytes(path, JsonSerializer.SerializeToUtf8Bytes(value, Json));

    /// <summary>Writes any file: it appears under its name only when it is whole and on disk.</summary>
    public static void WriteBytes(string path, ReadOnlySpan<byte> bytes)
    {
        var unfinished = path + ".unfinished";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>SHA-256 of a file, hexadecimal; null when it is not there or larger than any artefact.</summary>
    public static string? ChecksumOf(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists || info.Length > ArtefactBytesMax)
        {
            return null;
        }

        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>True for a name that is a file's name on every system: no separators, no way up.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= NameMax && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-' or '_');
}
