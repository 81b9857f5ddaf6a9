using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace RapidTuner.Core.Catalogue;

/// <summary>One key that a specification file may have: a property of the type it becomes.</summary>
/// <param name="Key">The key, snake case.</param>
/// <param name="Property">The property.</param>
/// <param name="Optional">True when the file may leave it out.</param>
/// <param name="Bounds">What a number may be; null for other kinds.</param>
internal sealed record SpecShape(string Key, PropertyInfo Property, bool Optional, BoundsAttribute? Bounds)
{
    private static readonly ConcurrentDictionary<Type, SpecShape[]> Known = new();

    /// <summary>The keys of <paramref name="type"/>, in the order of declaration.</summary>
    public static SpecShape[] Of(Type type) => Known.GetOrAdd(type, Reflect);

    /// <summary>The JSON key of a property.</summary>
    public static string KeyOf(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);

    /// <summary>The JSON text of an enum member.</summary>
    public static string TextOf(object member) => JsonNamingPolicy.KebabCaseLower.ConvertName(member.ToString()!);

    private static SpecShape[] Reflect(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite && !p.IsDefined(typeof(SpecNameAttribute)))
            .OrderBy(p => p.MetadataToken)
            .Select(p => new SpecShape(
                KeyOf(p.Name),
                p,
                p.IsDefined(typeof(OptionalAttribute)),
                p.GetCustomAttribute<BoundsAttribute>())),
    ];
}
