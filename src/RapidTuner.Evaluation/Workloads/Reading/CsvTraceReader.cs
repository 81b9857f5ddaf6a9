using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>Reads the three CSV formats, which differ in their columns' names, their time and what 0 response tokens mean.</summary>
internal sealed class CsvTraceReader
{
    private readonly CsvColumns _columns;
    private readonly RowProblems _problems;
    private readonly RequestRows _rows;
    private readonly bool _canonical;
    private readonly bool _calendar;
    private int _line;
    private long? _firstTicks;

    private CsvTraceReader(string path, CsvColumns columns)
    {
        _columns = columns;
        _canonical = columns.Format == TraceFormat.Canonical;
        _calendar = columns.Format == TraceFormat.Azure;
        _problems = new RowProblems(path);
        _rows = new RequestRows(LineReader.CountLines(path) - 1);
    }

    /// <summary>All rows of a file with this header; throws with every problem of every row.</summary>
    public static RequestRows Read(string path, CsvColumns columns)
    {
        var reader = new CsvTraceReader(path, columns);
        using var lines = new LineReader(path);
        var header = true;
        while (lines.TryRead(out var line))
        {
            if (line.Trim(" \t"u8).IsEmpty)
            {
                continue;
            }

            reader._line = lines.Line;
            if (!header)
            {
                reader.ReadRow(line);
            }

            header = false;
        }

        reader._problems.ThrowIfAny();
        return reader._rows;
    }

    private void ReadRow(ReadOnlySpan<byte> line)
    {
        Span<Range> fields = stackalloc Range[CsvColumns.Max];
        var count = CsvLine.Split(line, fields);
        if (count != _columns.Names.Length)
        {
            _problems.Add(_line, 1, "the row", line, $"{count} fields", $"give {_columns.Names.Length} fields, as the header has");
            return;
        }

        var good = Arrival(line, fields[_columns.Arrival], out var arrivalS);
        var outputGood = Count(line, fields[_columns.Output], _columns.OutputName, _canonical ? 1 : 0, Tokens.Max, out var output);
        var skip = outputGood && output == 0;
        var promptGood = Count(line, fields[_columns.Prompt], _columns.PromptName, skip ? 0 : 1, Tokens.Max, out var prompt);
        good = good && outputGood && promptGood;
        var cached = 0;
        if (_columns.Cached >= 0)
        {
            // A prompt that cannot be read is reported once, not again as a bound of its cached part.
            good &= Count(line, fields[_columns.Cached], _columns.CachedName, 0, promptGood ? prompt : Tokens.Max, out cached);
        }

        if (good && skip)
        {
            _rows.Skipped++;
        }
        else if (good)
        {
            _rows.Add(new TraceRequest(arrivalS, prompt, output, cached));
        }
    }

    private bool Arrival(ReadOnlySpan<byte> line, Range field, out double arrivalS)
    {
        var text = line[field];
        if (_calendar)
        {
            var known = CalendarTime.TryParse(text, out var ticks);
            if (!known)
            {
                Report(field, _columns.ArrivalName, text, "no time", "write it like 2023-11-16 18:17:03.9799600");
            }

            // The first is taken off while ticks are whole numbers: as seconds of a calendar they would lose the microseconds.
            _firstTicks ??= ticks;
            arrivalS = (ticks - _firstTicks.Value) / (double)TimeSpan.TicksPerSecond;
            return known;
        }

        if (!Tokens.TryParse(text, out arrivalS))
        {
            Report(field, _columns.ArrivalName, text, "no number", "give seconds since the trace's first instant");
            return false;
        }

        if (!(arrivalS >= 0 && arrivalS <= Tokens.ArrivalSMax))
        {
            Report(field, _columns.ArrivalName, text, double.IsFinite(arrivalS) && arrivalS < 0 ? "negative" : "not a time", "give seconds since the trace's first instant, 0 to 1e10");
            return false;
        }

        return true;
    }

    private bool Count(ReadOnlySpan<byte> line, Range field, string name, int min, int max, out int value)
    {
        value = 0;
        var text = line[field];
        if (!Tokens.TryParse(text, out long count))
        {
            Report(field, name, text, "no whole number", $"give tokens, {min} to {max}");
            return false;
        }

        if (count < min || count > max)
        {
            Report(field, name, text, count < min ? $"less than {min}" : $"more than {max}", $"give tokens, {min} to {max}");
            return false;
        }

        value = (int)count;
        return true;
    }

    private void Report(Range field, string name, ReadOnlySpan<byte> text, string what, string mend) =>
        _problems.Add(_line, field.Start.Value + 1, name, text, what, mend);
}
