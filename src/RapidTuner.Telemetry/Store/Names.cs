using System.Text.Json;

namespace RapidTuner.Telemetry.Store;

/// <summary>Names of enum members as they stand in rows and exports: <c>smallest_decode</c> for <c>SmallestDecode</c>.</summary>
/// <typeparam name="T">The enum.</typeparam>
public static class Names<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>().ToDictionary(v => v, v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()));
    private static readonly Dictionary<string, T> ByName = ByValue.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);

    /// <summary>The name of a member.</summary>
    public static string Of(T value) => ByValue.TryGetValue(value, out var name) ? name : value.ToString();

    /// <summary>The member of a name.</summary>
    /// <exception cref="InvalidDataException">No member is called so: the row is from a later version, or damaged.</exception>
    public static T Parse(string name) =>
        ByName.TryGetValue(name, out var value) ? value : throw new InvalidDataException($"`{name}` is no {typeof(T).Name} that this program knows");
}
