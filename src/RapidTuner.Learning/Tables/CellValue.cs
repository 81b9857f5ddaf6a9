using System.Globalization;
using System.Text;

namespace RapidTuner.Learning.Tables;

/// <summary>What a cell says: a number, nothing, or a text.</summary>
internal static class CellValue
{
    /// <summary>True for a cell that stands for no value: empty, <c>nan</c>, <c>na</c>, <c>n/a</c> or <c>null</c>, ignoring case.</summary>
    public static bool IsMissing(ReadOnlySpan<byte> cell) => cell.Length switch
    {
        0 => true,
        2 => Is(cell, "na"u8) || cell.SequenceEqual("\"\""u8),
        3 => Is(cell, "nan"u8) || Is(cell, "n/a"u8),
        4 => Is(cell, "null"u8),
        _ => false,
    };

    /// <summary>Reads a number: decimal point, exponent, <c>inf</c>, <c>infinity</c> with a sign or without.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> cell, out double value)
    {
        if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            return !double.IsNaN(value);
        }

        var sign = !cell.IsEmpty && cell[0] == (byte)'-' ? -1 : 1;
        var word = !cell.IsEmpty && cell[0] is (byte)'-' or (byte)'+' ? cell[1..] : cell;
        value = sign * double.PositiveInfinity;
        return Is(word, "inf"u8) || Is(word, "infinity"u8);
    }

    private static bool Is(ReadOnlySpan<byte> cell, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(cell, word);
}
