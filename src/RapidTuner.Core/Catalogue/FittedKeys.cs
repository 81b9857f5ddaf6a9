namespace RapidTuner.Core.Catalogue;

/// <summary>The constants that a device file may hold as fitted under a stack.</summary>
public static class FittedKeys
{
    /// <summary>Every key with its bounds: <c>cost.…</c> of a device's cost model, <c>stack.…</c> of a stack.</summary>
    internal static IReadOnlyDictionary<string, BoundsAttribute?> Known { get; } =
        Of("cost.", typeof(DeviceCost)).Concat(Of("stack.", typeof(StackSpec))).ToDictionary(k => k.Key, k => k.Value, StringComparer.Ordinal);

    /// <summary>What the constant of that key may be.</summary>
    public static BoundsAttribute BoundsOf(string key) => Known[key] ?? new BoundsAttribute(double.MinValue, double.MaxValue);

    private static IEnumerable<KeyValuePair<string, BoundsAttribute?>> Of(string prefix, Type type) =>
        SpecShape.Of(type)
            .Where(s => s.Property.PropertyType == typeof(Constant))
            .Select(s => new KeyValuePair<string, BoundsAttribute?>(prefix + s.Key, s.Bounds));
}
