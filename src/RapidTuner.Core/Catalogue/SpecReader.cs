using System.Globalization;
using System.Text.Json;
using RapidTuner.Core.Errors;

namespace RapidTuner.Core.Catalogue;

/// <summary>
/// Reads a specification by the properties of the type it becomes: unknown and missing keys, wrong kinds and values out of
/// range are all found in one go. A property added to the type is a key added to the schema.
/// </summary>
internal sealed class SpecReader(Problems problems)
{
    private const string Text = "a string in quotes";

    private static readonly object[] None = [];

    /// <summary>Reads a file; null when anything is wrong with it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="prior">Values of nested constants that the file leaves out, by type.</param>
    public T? Read<T>(string path, params object[] prior)
        where T : class
    {
        var before = problems.Count;
        if (SourceFile.Read(path, problems) is not { } file || JsonAt.Parse(file, problems) is not { } root)
        {
            return null;
        }

        var spec = (T)Object(root, typeof(T), prior);
        if (problems.Count > before)
        {
            return null;
        }

        typeof(T).GetProperties().FirstOrDefault(p => p.IsDefined(typeof(SpecNameAttribute), inherit: false))
            ?.SetValue(spec, Path.GetFileNameWithoutExtension(path));
        (spec as ISpec)?.Check(new SpecCheck(problems, key => root.Members.GetValueOrDefault(key)?.Where ?? root.Where));
        return problems.Count > before ? null : spec;
    }

    private object Object(JsonAt at, Type type, object[] prior)
    {
        var made = Activator.CreateInstance(type)!;
        if (!Kind(at, JsonTokenType.StartObject, "an object in braces"))
        {
            return made;
        }

        var shapes = SpecShape.Of(type);
        var fallback = prior.FirstOrDefault(type.IsInstanceOfType);
        foreach (var shape in shapes)
        {
            if (at.Members.TryGetValue(shape.Key, out var given))
            {
                shape.Property.SetValue(made, Value(given, shape, prior));
            }
            else if (fallback is not null)
            {
                shape.Property.SetValue(made, shape.Property.GetValue(fallback));
            }
            else if (!shape.Optional)
            {
                problems.Add(at.Where, $"{shape.Key} is missing", "add it");
            }
        }

        foreach (var (key, value) in at.Members.Where(m => !Array.Exists(shapes, s => s.Key == m.Key)))
        {
            problems.Add(value.Where, $"{key} is unknown", "did you mean " + Spelling.Nearest(key, shapes.Select(s => s.Key)) + "?");
        }

        return made;
    }

    private object? Value(JsonAt at, SpecShape shape, object[] prior)
    {
        var type = shape.Property.PropertyType;
        return type switch
        {
            _ when type == typeof(string) => Kind(at, JsonTokenType.String, Text) ? at.Text : "",
            _ when type == typeof(bool) => Flag(at),
            _ when type == typeof(double) => Number(at, shape.Bounds),
            _ when type == typeof(int) => (int)Whole(at, shape.Bounds, int.MaxValue),
            _ when type == typeof(long) => Whole(at, shape.Bounds, long.MaxValue),
            _ when type.IsEnum => Member(at, type),
            _ when type == typeof(Constant) => ReadConstant(at, shape.Bounds),
            _ when type == typeof(IReadOnlyList<string>) => Texts(at),
            _ when type == typeof(IReadOnlyDictionary<string, IReadOnlyDictionary<string, Constant>>) => Fits(at),
            _ => Object(at, type, prior),
        };
    }

    private Constant ReadConstant(JsonAt at, BoundsAttribute? bounds)
    {
        var before = problems.Count;
        var read = (ConstantForm)Object(at, typeof(ConstantForm), None);
        if (problems.Count > before)
        {
            return new Constant(0, 0, 0, "", "");
        }

        if (!(read.Low <= read.Value && read.Value <= read.High))
        {
            problems.Add(at.Where, $"low {read.Low}, value {read.Value}, high {read.High} are out of order", "give low ≤ value ≤ high");
        }

        if (bounds is not null)
        {
            InBounds(at.Members["low"].Where, read.Low, bounds);
            InBounds(at.Members["high"].Where, read.High, bounds);
            if (bounds.Unit != read.Unit)
            {
                problems.Add(at.Members["unit"].Where, $"unit is {read.Unit}", $"give the constant in {bounds.Unit}");
            }
        }

        if (string.IsNullOrWhiteSpace(read.Source))
        {
            problems.Add(at.Members["source"].Where, "source is empty", "say where the value comes from");
        }

        return new Constant(read.Value, read.Low, read.High, read.Unit, read.Source);
    }

    private SortedDictionary<string, IReadOnlyDictionary<string, Constant>> Fits(JsonAt at)
    {
        var fits = new SortedDictionary<string, IReadOnlyDictionary<string, Constant>>(StringComparer.OrdinalIgnoreCase);
        if (Kind(at, JsonTokenType.StartObject, "an object of stacks"))
        {
            foreach (var (stack, constants) in at.Members)
            {
                fits[stack] = FittedConstants(constants);
            }
        }

        return fits;
    }

    private SortedDictionary<string, Constant> FittedConstants(JsonAt at)
    {
        var read = new SortedDictionary<string, Constant>(StringComparer.Ordinal);
        if (!Kind(at, JsonTokenType.StartObject, "an object of constants"))
        {
            return read;
        }

        var known = FittedKeys.Known;
        foreach (var (key, constant) in at.Members)
        {
            if (known.TryGetValue(key, out var bounds))
            {
                read[key] = ReadConstant(constant, bounds);
            }
            else
            {
                problems.Add(constant.Where, $"{key} is unknown", "did you mean " + Spelling.Nearest(key, known.Keys) + "?");
            }
        }

        return read;
    }

    private double Number(JsonAt at, BoundsAttribute? bounds)
    {
        if (!Kind(at, JsonTokenType.Number, "a number"))
        {
            return 0;
        }

        var value = double.Parse(at.Text, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
        {
            problems.Add(at.Where, $"{at.Text} is too large", "give a finite number");
        }
        else if (bounds is not null)
        {
            InBounds(at.Where, value, bounds);
        }

        return value;
    }

    private long Whole(JsonAt at, BoundsAttribute? bounds, long max)
    {
        var before = problems.Count;
        var value = Number(at, bounds);
        if (problems.Count == before && (value != Math.Floor(value) || Math.Abs(value) > max))
        {
            problems.Add(at.Where, $"{at.Text} is no whole number", "give a whole number");
        }

        return problems.Count == before ? (long)value : 0;
    }

    private void InBounds(string where, double value, BoundsAttribute bounds)
    {
        if (value < bounds.Min || value > bounds.Max)
        {
            problems.Add(where, $"{value} is out of range", $"give a value from {bounds.Min} to {bounds.Max}{(bounds.Unit.Length > 0 ? " " + bounds.Unit : "")}");
        }
    }

    private bool Flag(JsonAt at)
    {
        if (at.Kind is not (JsonTokenType.True or JsonTokenType.False))
        {
            problems.Add(at.Where, $"{at.Text} is neither true nor false", "give one of them");
        }

        return at.Kind == JsonTokenType.True;
    }

    private object? Member(JsonAt at, Type type)
    {
        if (!Kind(at, JsonTokenType.String, Text))
        {
            return null;
        }

        var members = Enum.GetValues(type).Cast<object>().ToArray();
        var found = members.FirstOrDefault(m => SpecShape.TextOf(m) == at.Text);
        if (found is null)
        {
            problems.Add(at.Where, $"\"{at.Text}\" is unknown", "give one of " + string.Join(", ", members.Select(SpecShape.TextOf)));
        }

        return found;
    }

    private string[] Texts(JsonAt at) =>
        Kind(at, JsonTokenType.StartArray, "an array of strings")
            ? [.. at.Items.Where(i => Kind(i, JsonTokenType.String, Text)).Select(i => i.Text)]
            : [];

    private bool Kind(JsonAt at, JsonTokenType wanted, string form)
    {
        if (at.Kind != wanted)
        {
            problems.Add(at.Where, $"{at.Text} is of the wrong type", "give " + form);
        }

        return at.Kind == wanted;
    }
}
