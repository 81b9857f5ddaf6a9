namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>One line of a CSV: fields at commas, with double quotes around a field that holds one.</summary>
internal static class CsvLine
{
    /// <summary>
    /// Writes where each field stands, spaces and quotes around it left out; returns how many there are, which may exceed the
    /// room in <paramref name="fields"/>.
    /// </summary>
    public static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        var (count, start) = (0, 0);
        while (true)
        {
            var end = FieldEnd(line, start);
            if (count < fields.Length)
            {
                fields[count] = Trimmed(line, start, end);
            }

            count++;
            if (end == line.Length)
            {
                return count;
            }

            start = end + 1;
        }
    }

    private static int FieldEnd(ReadOnlySpan<byte> line, int start)
    {
        if (start < line.Length && line[start] == (byte)'"')
        {
            var close = line[(start + 1)..].IndexOf((byte)'"');
            start = close < 0 ? line.Length : start + 1 + close;
        }

        var comma = line[start..].IndexOf((byte)',');
        return comma < 0 ? line.Length : start + comma;
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

        return end - start >= 2 && line[start] == (byte)'"' && line[end - 1] == (byte)'"' ? (start + 1)..(end - 1) : start..end;
    }
}
