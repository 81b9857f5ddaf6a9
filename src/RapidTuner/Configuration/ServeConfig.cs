using System.Text.Json;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Serving;

namespace RapidTuner.Configuration;

/// <summary>Options, and where each was given.</summary>
/// <param name="Options">The values in force.</param>
/// <param name="Places">Per key that was given, its place: <c>file:line:column: key</c>, a variable or an option.</param>
internal sealed record ServeConfig(ServeOptions Options, IReadOnlyDictionary<string, string> Places)
{
    /// <summary>What the names of variables start with.</summary>
    public const string Prefix = "RAPIDTUNER__";

    /// <summary>Largest file that is read, bytes.</summary>
    private const int FileBytesMax = 1 << 20;

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 };

    /// <summary>Where a key was given, or its option or name when it was not.</summary>
    public string Where(string key) =>
        Places.TryGetValue(key, out var place) ? place : ServeKeys.All.FirstOrDefault(k => k.Name == key)?.Option ?? key;

    /// <summary>Reads the file, when there is one, then the environment over it.</summary>
    /// <param name="path">A JSON file whose keys are those of <see cref="ServeKeys"/>; null for none.</param>
    /// <param name="environment">Name and value of every variable.</param>
    /// <param name="found">Takes what is wrong.</param>
    public static ServeConfig Read(string? path, IEnumerable<KeyValuePair<string, string>> environment, Problems found)
    {
        var places = new Dictionary<string, string>();
        var options = new ServeOptions();
        if (path is not null)
        {
            options = File(path, options, places, found);
        }

        foreach (var (name, text) in environment.Where(v => v.Key.StartsWith(Prefix, StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            var key = ServeKeys.All.FirstOrDefault(k => k.Variable == name);
            options = key is null ? Unknown(options, name, name[Prefix.Length..].ToLowerInvariant(), found) : Set(options, key, name, key.FromText(text), places, found);
        }

        return new ServeConfig(options, places);
    }

    /// <summary>Puts a value of the command line over what was read.</summary>
    public ServeConfig Over<T>(string option, T? given, Func<ServeOptions, T, ServeOptions> set) =>
        given is null ? this : new ServeConfig(set(Options, given), new Dictionary<string, string>(Places) { [ServeKeys.All.First(k => k.Option == option).Name] = option });

    /// <summary>The same for a value type.</summary>
    public ServeConfig Over<T>(string option, T? given, Func<ServeOptions, T, ServeOptions> set)
        where T : struct => given is { } value ? Over<object>(option, value, (o, v) => set(o, (T)v)) : this;

    private static ServeOptions File(string path, ServeOptions options, Dictionary<string, string> places, Problems found)
    {
        byte[] text;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > FileBytesMax })
            {
                found.Add($"--config {path}", $"is larger than {FileBytesMax} bytes", "name the configuration");
                return options;
            }

            text = System.IO.File.ReadAllBytes(path);
            text = text is [0xEF, 0xBB, 0xBF, ..] ? text[3..] : text;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            found.Add($"--config {path}", unreadable.Message, "name a JSON file that can be read");
            return options;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                found.Add($"{path}:1:1", "is not a JSON object", "write {\"device\": \"mi300x\", …}");
                return options;
            }

            var positions = PositionsOf(text);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                var at = $"{path}:{positions[member.Name]}: {member.Name}";
                var key = ServeKeys.All.FirstOrDefault(k => k.Name == member.Name);
                options = key is null ? Unknown(options, at, member.Name, found) : Set(options, key, at, member.Value, places, found);
            }

            return options;
        }
        catch (JsonException broken)
        {
            found.Add($"{path}:{broken.LineNumber + 1}:{broken.BytePositionInLine + 1}", "is not JSON", "mend the syntax there");
            return options;
        }
        catch (InvalidOperationException)
        {
            found.Add(path, "has a text with half a character in it", "write UTF-8");
            return options;
        }
    }

    private static ServeOptions Set(ServeOptions options, ConfigKey key, string at, JsonElement value, Dictionary<string, string> places, Problems found)
    {
        places[key.Name] = at;
        if (key.Set(options, value) is { } set)
        {
            return set;
        }

        found.Add(at, $"is {Shortened(value.GetRawText())}", ServeKeys.Mend(key));
        return options;
    }

    private static ServeOptions Unknown(ServeOptions options, string at, string name, Problems found)
    {
        var names = ServeKeys.All.Select(k => k.Name).ToArray();
        found.Add(at, "is not a key", $"the nearest is {Spelling.Nearest(name, names)}; known: {string.Join(", ", names)}");
        return options;
    }

    private static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "…";

    /// <summary><c>line:column</c> of each key, both from 1; a document forgets them. Of a key given twice the last counts, as its value does.</summary>
    private static Dictionary<string, string> PositionsOf(ReadOnlySpan<byte> text)
    {
        var positions = new Dictionary<string, string>();
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = Lenient.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                var before = text[..(int)reader.TokenStartIndex];
                positions[reader.GetString()!] = $"{before.Count((byte)'\n') + 1}:{before.Length - before.LastIndexOf((byte)'\n')}";
            }
        }

        return positions;
    }
}
