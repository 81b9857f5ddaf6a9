using System.Text.Encodings.Web;
using System.Text.Json;

namespace RapidTuner.Core.Catalogue;

/// <summary>Writes a specification as the reader takes it, every constant in full.</summary>
public static class SpecWriter
{
    /// <summary>The specification as JSON text, ending with a line feed.</summary>
    public static string Write(ISpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
        {
            Object(json, spec);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void Object(Utf8JsonWriter json, object value)
    {
        json.WriteStartObject();
        foreach (var shape in SpecShape.Of(value.GetType()))
        {
            json.WritePropertyName(shape.Key);
            Value(json, shape.Property.GetValue(value)!);
        }

        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int whole: json.WriteNumberValue(whole); break;
            case long whole: json.WriteNumberValue(whole); break;
            case double number: json.WriteNumberValue(number); break;
            case Enum member: json.WriteStringValue(SpecShape.TextOf(member)); break;
            case IReadOnlyList<string> texts: Texts(json, texts); break;
            case Constant c:
                Object(json, new ConstantForm { Value = c.Value, Low = c.Low, High = c.High, Unit = c.Unit, Source = c.Source });
                break;
            case IReadOnlyDictionary<string, IReadOnlyDictionary<string, Constant>> fits: Map(json, fits); break;
            case IReadOnlyDictionary<string, Constant> constants: Map(json, constants); break;
            default: Object(json, value); break;
        }
    }

    private static void Map<T>(Utf8JsonWriter json, IReadOnlyDictionary<string, T> entries)
        where T : class
    {
        json.WriteStartObject();
        foreach (var (key, value) in entries)
        {
            json.WritePropertyName(key);
            Value(json, value);
        }

        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, IReadOnlyList<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
