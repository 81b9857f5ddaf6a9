namespace RapidTuner.Core.Catalogue;

/// <summary>A figure of the real world with what is known of it. Converts to its value wherever a number is wanted.</summary>
/// <param name="Value">The value in use, in <paramref name="Unit"/>.</param>
/// <param name="Low">Least plausible value.</param>
/// <param name="High">Greatest plausible value.</param>
/// <param name="Unit">Base unit: s, bytes, bytes/s, flop/s, share, ratio, tokens, 1.</param>
/// <param name="Source">Where the value comes from: a datasheet, a table of measurements, or "chosen" with the reason.</param>
public sealed record Constant(double Value, double Low, double High, string Unit, string Source)
{
    /// <summary>The value.</summary>
    public static implicit operator double(Constant constant) => constant.Value;

    /// <summary>The value.</summary>
    public double ToDouble() => Value;

    /// <summary>This constant with another value and source; the interval is widened where the value lies outside.</summary>
    public Constant With(double value, string source) =>
        this with { Value = value, Low = Math.Min(Low, value), High = Math.Max(High, value), Source = source };
}
