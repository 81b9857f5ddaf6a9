using System.Globalization;
using System.Numerics;
using System.Text.Json;
using RapidTuner.Serving;

namespace RapidTuner.Configuration;

/// <summary>Makes keys of each kind: what JSON they take, how a text of the environment becomes that JSON.</summary>
internal static class KeyKinds
{
    public static ConfigKey Text(
        string name, Func<ServeOptions, string> get, Func<ServeOptions, string, ServeOptions> set, string allowed, string example, string help, bool reloads = false, string[]? oneOf = null) => new(
            name,
            help,
            oneOf is null ? allowed : string.Join(", ", oneOf),
            JsonSerializer.Serialize(example),
            reloads,
            (o, v) => v.ValueKind == JsonValueKind.String ? set(o, v.GetString()!) : null,
            o => JsonSerializer.SerializeToElement(get(o)),
            o => oneOf is null || oneOf.Contains(get(o)),
            text => JsonSerializer.SerializeToElement(text));

    public static ConfigKey Number<T>(
        string name, Func<ServeOptions, T> get, Func<ServeOptions, T, ServeOptions> set, T min, T max, string unit, T example, string help, bool reloads = false)
        where T : struct, INumber<T> => new(
            name,
            help,
            $"{(typeof(T) == typeof(double) ? "a number" : "a whole number")} from {min} to {max}{(unit.Length == 0 ? "" : $" {unit}")}",
            JsonSerializer.Serialize(example),
            reloads,
            (o, v) => v.ValueKind == JsonValueKind.Number && T.TryParse(v.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? set(o, value) : null,
            o => JsonSerializer.SerializeToElement(get(o)),
            o => get(o) >= min && get(o) <= max,
            text => T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && T.IsFinite(value) ? JsonSerializer.SerializeToElement(value) : JsonSerializer.SerializeToElement(text));

    public static ConfigKey List(
        string name, Func<ServeOptions, IReadOnlyList<string>> get, Func<ServeOptions, IReadOnlyList<string>, ServeOptions> set, Func<string, bool> allows, string allowed, string[] example, string help, bool reloads = false) => new(
            name,
            help,
            $"{allowed} (in the environment separated by `;`)",
            JsonSerializer.Serialize(example),
            reloads,
            (o, v) => v.ValueKind == JsonValueKind.Array && v.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String) ? set(o, [.. v.EnumerateArray().Select(e => e.GetString()!)]) : null,
            o => JsonSerializer.SerializeToElement(get(o)),
            o => get(o).All(allows),
            text => JsonSerializer.SerializeToElement(text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
}
