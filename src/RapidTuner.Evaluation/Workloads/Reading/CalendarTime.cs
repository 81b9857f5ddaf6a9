using System.Buffers.Text;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Calendar time stamps as the Azure traces write them.</summary>
internal static class CalendarTime
{
    /// <summary>
    /// Reads <c>yyyy-MM-dd HH:mm:ss[.fffffff][Z|±HH:mm]</c> (a <c>T</c> may stand for the space) as ticks of 100 ns.
    /// Without an offset the time is taken as it stands: only differences matter.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)' ' or (byte)'T') || text[13] != ':' || text[16] != ':'
            || !Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second)
            || year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).Ticks;
        return Fraction(text[19..], out var fraction, out var rest) && Offset(rest, out var offset) && (ticks += fraction - offset) >= 0;
    }

    private static bool Fraction(ReadOnlySpan<byte> text, out long ticks, out ReadOnlySpan<byte> rest)
    {
        ticks = 0;
        rest = text;
        if (text.IsEmpty || text[0] != '.')
        {
            return true;
        }

        var digits = 1;
        var unit = TimeSpan.TicksPerSecond;
        while (digits < text.Length && text[digits] is >= (byte)'0' and <= (byte)'9')
        {
            unit /= 10;
            ticks += unit * (text[digits++] - '0');
        }

        rest = text[digits..];
        return digits > 1;
    }

    private static bool Offset(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.IsEmpty || text.SequenceEqual("Z"u8) || text.SequenceEqual(" UTC"u8))
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':' || !Digits(text[1..3], out var hours) || !Digits(text[4..6], out var minutes))
        {
            return false;
        }

        ticks = ((hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute)) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && value >= 0 && text[0] is >= (byte)'0' and <= (byte)'9';
}
