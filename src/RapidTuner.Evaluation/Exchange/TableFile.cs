using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Workloads.Reading;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Exchange;

/// <summary>The rows of an exported table, read one after another. Columns may stand in any order; one that may be missing may be left out.</summary>
/// <typeparam name="T">The record.</typeparam>
/// <param name="path">The file.</param>
/// <param name="table">The table.</param>
internal sealed class TableFile<T>(string path, Table<T> table)
{
    private const int FieldCharsMax = 1 << 24;

    /// <summary>The records, each with its fields, which are valid until the next. What is wrong is added to <paramref name="found"/> and its row passed over; without it a wrong row ends the reading.</summary>
    /// <exception cref="BadInputException">The file cannot be read, or, without <paramref name="found"/>, a row is wrong.</exception>
    public IEnumerable<(long Line, FieldRow Row, T Record)> Rows(Problems? found = null)
    {
        if (!File.Exists(path))
        {
            Tell(found, path, "is not there though the dictionary names it", "export again");
            return [];
        }

        return path.EndsWith(".csv", StringComparison.Ordinal) ? Csv(found) : Jsonl(found);
    }

    private IEnumerable<(long Line, FieldRow Row, T Record)> Csv(Problems? found)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { MaxFieldSize = FieldCharsMax, BadDataFound = null, LineBreakInQuotedFieldIsBadData = false };
        using var parser = new CsvParser(new StreamReader(path), configuration);
        if (!parser.Read())
        {
            Tell(found, $"{path}:1:1", "is empty", "give a header line with the names of the columns");
            yield break;
        }

        var columns = ColumnsOf(parser.Record!, found);
        var row = new FieldRow(table);
        var line = parser.RawRow + 1L;
        while (columns is not null && parser.Read())
        {
            var fields = parser.Record!;
            Array.Clear(row.Fields);
            if (fields.Length != columns.Length)
            {
                Tell(found, $"{path}:{line}:{fields.Length}", $"has {fields.Length} fields, the header {columns.Length}", "give as many");
            }
            else
            {
                for (var i = 0; i < fields.Length; i++)
                {
                    row.Fields[columns[i]] = fields[i].Length == 0 && table.Columns[columns[i]].Kind != ColumnKind.Text ? null : fields[i];
                }

                if (TryRead(row, line, found, out var record))
                {
                    yield return (line, row, record);
                }
            }

            line = parser.RawRow + 1L;
        }
    }

    private IEnumerable<(long Line, FieldRow Row, T Record)> Jsonl(Problems? found)
    {
        using var lines = new LineReader(path);
        var row = new FieldRow(table);
        while (TryNext(lines, out var bytes))
        {
            Array.Clear(row.Fields);
            if (bytes.Length > 0 && TryObject(bytes, lines.Line, row, found) && TryRead(row, lines.Line, found, out var record))
            {
                yield return (lines.Line, row, record);
            }
        }
    }

    // A span does not outlive a yield.
    private static bool TryNext(LineReader lines, out byte[] bytes)
    {
        var more = lines.TryRead(out var line);
        bytes = more ? line.ToArray() : [];
        return more;
    }

    private bool TryObject(byte[] bytes, long line, FieldRow row, Problems? found)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                Tell(found, $"{path}:{line}:1", "is no JSON object", "give one object a line");
                return false;
            }

            foreach (var member in document.RootElement.EnumerateObject())
            {
                var column = Find(member.Name);
                if (column < 0)
                {
                    Tell(found, $"{path}:{line}:1", $"{member.Name} is no column of {table.Name} that this program knows", "leave it out");
                    return false;
                }

                row.Fields[column] = member.Value.ValueKind switch
                {
                    JsonValueKind.Null => null,
                    JsonValueKind.String => member.Value.GetString(),
                    _ => member.Value.GetRawText(),
                };
            }

            return true;
        }
        catch (JsonException broken)
        {
            Tell(found, $"{path}:{line}:{broken.BytePositionInLine + 1}", "is not JSON", "mend the syntax there");
            return false;
        }
    }

    private int[]? ColumnsOf(string[] header, Problems? found)
    {
        var columns = header.Select(Find).ToArray();
        var sound = true;
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i] < 0 || Array.IndexOf(columns, columns[i]) != i)
            {
                sound = false;
                Tell(found, $"{path}:1:{i + 1}", $"{header[i]} is no column of {table.Name} that this program knows, or stands there twice", "leave it out");
            }
        }

        foreach (var (column, number) in table.Columns.Select((c, n) => (c, n)).Where(c => !c.c.Nullable && c.c.Kind == ColumnKind.Whole && !columns.Contains(c.n)))
        {
            sound = false;
            Tell(found, $"{path}:1:{header.Length}", $"column {column.Name} (number {number + 1} of the table) is missing", "add it");
        }

        return sound ? columns : null;
    }

    private bool TryRead(FieldRow row, long line, Problems? found, out T record)
    {
        var mine = new Problems();
        record = default!;
        if (row.Check(path, line, mine))
        {
            try
            {
                record = table.Read(row);
                return true;
            }
            catch (InvalidDataException wrong)
            {
                mine.Add($"{path}:{line}:1", wrong.Message, "give a name that this program knows");
            }
        }

        if (found is null)
        {
            throw new BadInputException(mine);
        }

        found.AddAll(mine);
        return false;
    }

    private int Find(string name)
    {
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (table.Columns[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Tell(Problems? found, string where, string what, string mend)
    {
        if (found is null)
        {
            throw new BadInputException(where, what, mend);
        }

        found.Add(where, what, mend);
    }
}
