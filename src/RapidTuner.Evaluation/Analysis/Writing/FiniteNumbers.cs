using System.Text.Json;
using System.Text.Json.Serialization;

namespace RapidTuner.Evaluation.Analysis.Writing;

/// <summary>Writes what was not measured (NaN, infinities) as null.</summary>
internal sealed class FiniteNumbers : JsonConverter<double>
{
    /// <inheritdoc/>
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
