using System.Buffers.Text;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Numbers in trace files.</summary>
internal static class Tokens
{
    /// <summary>Most tokens of one request; chosen: a thousand times today's longest contexts, and sums of two stay far inside 32 bits.</summary>
    public const int Max = 100_000_000;

    /// <summary>Latest arrival, seconds; chosen: microseconds are still exact there, and epoch seconds fit.</summary>
    public const double ArrivalSMax = 1e10;

    /// <summary>Reads a whole number, also when it is written as a float (<c>472.0</c>), as data frames write it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length)
        {
            return true;
        }

        var whole = TryParse(text, out double number) && Math.Abs(number) < 1e15 && Math.Floor(number) == number;
        value = whole ? (long)number : 0;
        return whole;
    }

    /// <summary>Reads a number; also NaN and infinities, which the caller names in its message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out value);
}
