using System.Text.Json;
using System.Text.Json.Serialization;
using RapidTuner.Core.Errors;

namespace RapidTuner.Security;

/// <summary><c>keys.json</c> of a data folder: replaced as a whole, readable by its owner alone.</summary>
internal static class KeyFile
{
    public const string Name = "keys.json";

    /// <summary>Most keys.</summary>
    public const int KeysMax = 1000;

    private const int BytesMax = 1 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter<KeyScope>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        MaxDepth = 4,
        WriteIndented = true,
    };

    public static string PathIn(string folder) => Path.Combine(folder, Name);

    /// <summary>The keys of a folder, none when it has no file.</summary>
    /// <exception cref="BadInputException">The file is not ours, or damaged.</exception>
    public static IReadOnlyList<ApiKey> Read(string folder)
    {
        var path = PathIn(folder);
        if (!File.Exists(path))
        {
            return [];
        }

        if (new FileInfo(path).Length > BytesMax)
        {
            throw new BadInputException(path, $"is larger than {BytesMax} bytes", "restore it from a backup");
        }

        try
        {
            var keys = JsonSerializer.Deserialize<ApiKey[]>(File.ReadAllBytes(path), Json) ?? [];
            return keys.All(IsWhole) ? keys : throw new JsonException("a key lacks its id, or its hash is not one of SHA-256");
        }
        catch (JsonException broken)
        {
            throw new BadInputException(path, $"is not a list of keys: {broken.Message}", "restore it from a backup, or delete it and make new keys");
        }
    }

    /// <summary>Replaces the file of a folder, which is made when missing.</summary>
    public static void Write(string folder, IReadOnlyList<ApiKey> keys)
    {
        DataFolder.Secure(folder);
        var path = PathIn(folder);
        var fresh = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(fresh, options))
        {
            JsonSerializer.Serialize(file, keys, Json);
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }

    private static bool IsWhole(ApiKey key) => key is { Id.Length: > 0, Name: not null, Sha256.Length: 64 } && key.Sha256.All(char.IsAsciiHexDigit);
}
