namespace RapidTuner.Core.Catalogue;

/// <summary>All constants of a specification at once: to list them, to perturb them, to fit them.</summary>
public static class SpecConstants
{
    /// <summary>The constants with their keys (<c>cost.bandwidth_f0</c>), in the order of declaration.</summary>
    public static IEnumerable<KeyValuePair<string, Constant>> Of(object spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Of(spec, "");
    }

    /// <summary>A copy of <paramref name="spec"/> in which each constant is what <paramref name="change"/> makes of it.</summary>
    /// <param name="spec">A device, a stack, or a part of one.</param>
    /// <param name="change">From key and constant to the new constant; its value is held within the property's bounds.</param>
    public static T Map<T>(T spec, Func<string, Constant, Constant> change)
        where T : class => (T)Map(spec, "", change);

    private static IEnumerable<KeyValuePair<string, Constant>> Of(object part, string prefix)
    {
        foreach (var shape in SpecShape.Of(part.GetType()))
        {
            var value = shape.Property.GetValue(part);
            if (value is Constant constant)
            {
                yield return new(prefix + shape.Key, constant);
            }
            else if (IsPart(shape))
            {
                foreach (var inner in Of(value!, prefix + shape.Key + "."))
                {
                    yield return inner;
                }
            }
        }
    }

    private static object Map(object part, string prefix, Func<string, Constant, Constant> change)
    {
        var copy = Activator.CreateInstance(part.GetType())!;
        foreach (var property in part.GetType().GetProperties().Where(p => p.CanWrite))
        {
            property.SetValue(copy, property.GetValue(part));
        }

        foreach (var shape in SpecShape.Of(part.GetType()))
        {
            var value = shape.Property.GetValue(part);
            if (value is Constant constant)
            {
                shape.Property.SetValue(copy, Within(shape.Bounds, change(prefix + shape.Key, constant)));
            }
            else if (IsPart(shape))
            {
                shape.Property.SetValue(copy, Map(value!, prefix + shape.Key + ".", change));
            }
        }

        return copy;
    }

    private static Constant Within(BoundsAttribute? bounds, Constant changed) =>
        bounds is null ? changed : changed with { Value = Math.Clamp(changed.Value, bounds.Min, bounds.Max) };

    private static bool IsPart(SpecShape shape) =>
        shape.Property.PropertyType is { IsClass: true } type && type != typeof(string) && type.Namespace == typeof(Constant).Namespace;
}
