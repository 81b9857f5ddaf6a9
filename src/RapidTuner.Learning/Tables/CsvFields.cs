using System.Text;

namespace RapidTuner.Learning.Tables;

/// <summary>
/// The fields of one line: separated by commas, spaces around them left out, double quotes around a field that holds a comma
/// (a quote within is doubled). A quoted field ends on its line.
/// </summary>
internal sealed class CsvFields
{
    private Range[] _fields = new Range[64];

    /// <summary>Fields of the line last split.</summary>
    public int Count { get; private set; }

    /// <summary>True when the line last split ended inside quotes.</summary>
    public bool Unclosed { get; private set; }

    /// <summary>Splits a line.</summary>
    public void Split(ReadOnlySpan<byte> line)
    {
        (Count, Unclosed) = (0, false);
        var start = 0;
        while (true)
        {
            var end = EndOf(line, start);
            if (Count == _fields.Length)
            {
                Array.Resize(ref _fields, _fields.Length * 2);
            }

            _fields[Count++] = Trimmed(line, start, end);
            if (end == line.Length)
            {
                return;
            }

            start = end + 1;
        }
    }

    /// <summary>A field of the line last split, quotes included.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> line, int field) => line[_fields[field]];

    /// <summary>Where a field begins in its line, from 1.</summary>
    public int ColumnOf(int field) => _fields[Math.Min(field, Count - 1)].Start.Value + 1;

    /// <summary>A field's text without its quotes.</summary>
    public static string TextOf(ReadOnlySpan<byte> field)
    {
        if (field.Length >= 2 && field[0] == (byte)'"' && field[^1] == (byte)'"')
        {
            return Encoding.UTF8.GetString(field[1..^1]).Replace("\"\"", "\"", StringComparison.Ordinal);
        }

        return Encoding.UTF8.GetString(field);
    }

    private int EndOf(ReadOnlySpan<byte> line, int start)
    {
        var at = start;
        while (at < line.Length && line[at] is (byte)' ' or (byte)'\t')
        {
            at++;
        }

        if (at < line.Length && line[at] == (byte)'"')
        {
            at = CloseOf(line, at);
        }

        var comma = line[at..].IndexOf((byte)',');
        return comma < 0 ? line.Length : at + comma;
    }

    private int CloseOf(ReadOnlySpan<byte> line, int open)
    {
        var at = open + 1;
        while (true)
        {
            var close = line[at..].IndexOf((byte)'"');
            if (close < 0)
            {
                Unclosed = true;
                return line.Length;
            }

            at += close + 1;
            if (at >= line.Length || line[at] != (byte)'"')
            {
                return at;
            }

            at++;
        }
    }

    private static Range Trimmed(ReadOnlySpan<byte> line, int start, int end)
    {
        while (start < end && line[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }

        while (start < end && line[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }

        return start..end;
    }
}
