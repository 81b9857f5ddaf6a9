using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Tables;

/// <summary>
/// Reads any CSV with a header. The file is read twice: first to learn which columns hold texts and how many rows there are,
/// then into arrays of exactly that size; all problems are collected on the way.
/// </summary>
internal static class TableReader
{
    /// <summary>Most columns.</summary>
    public const int ColumnsMax = 4096;

    /// <summary>Reads <paramref name="path"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="texts">Columns that hold categories even if they look like numbers.</param>
    /// <param name="numbers">Columns that must hold numbers: a text in them is a problem.</param>
    /// <param name="named">Further columns that must be there.</param>
    /// <exception cref="BadInputException">Anything is wrong with it; all of it is said.</exception>
    public static Table Read(string path, IReadOnlyCollection<string> texts, IReadOnlyCollection<string> numbers, IReadOnlyCollection<string>? named = null)
    {
        var problems = new Problems();
        var (columns, rows) = Scan(path, texts, numbers, named ?? [], problems);
        problems.ThrowIfAny();
        return Fill(path, columns, rows);
    }

    /// <summary>The line of the file on which a row stands; blank lines count.</summary>
    public static int LineOf(string path, int row)
    {
        using var lines = new CsvLines(path);
        for (var i = 0; i < row + 2; i++)
        {
            lines.TryRead(out _);
        }

        return lines.Line;
    }

    private static (ColumnScan[] Columns, int Rows) Scan(
        string path, IReadOnlyCollection<string> texts, IReadOnlyCollection<string> numbers, IReadOnlyCollection<string> named, Problems problems)
    {
        using var lines = new CsvLines(path);
        if (!lines.TryRead(out var header))
        {
            throw new BadInputException(path, "is empty", "give a header and rows");
        }

        var fields = new CsvFields();
        var columns = Header(path, header, fields, problems);
        CheckNames(path, columns, [.. texts.Concat(numbers).Concat(named).Distinct(StringComparer.OrdinalIgnoreCase)], problems);
        problems.ThrowIfAny();
        var mustBeNumber = columns.Select(c => numbers.Contains(c.Name, StringComparer.OrdinalIgnoreCase)).ToArray();
        foreach (var column in columns)
        {
            column.IsText = texts.Contains(column.Name, StringComparer.OrdinalIgnoreCase);
        }

        var rows = 0;
        while (lines.TryRead(out var line))
        {
            fields.Split(line);
            if (fields.Count != columns.Length || fields.Unclosed)
            {
                var what = fields.Unclosed ? "a quote is not closed" : $"the row has {fields.Count} fields, the header {columns.Length}";
                problems.Add($"{path}:{lines.Line}:{fields.ColumnOf(columns.Length)}", what, "give one field per column; quote a field that holds a comma");
                continue;
            }

            rows++;
            Look(columns, mustBeNumber, lines, line, fields, problems);
        }

        if (rows == 0 && !problems.Any)
        {
            problems.Add(path, "has no rows", "give at least one row behind the header");
        }

        return (columns, rows);
    }

    private static ColumnScan[] Header(string path, ReadOnlySpan<byte> header, CsvFields fields, Problems problems)
    {
        fields.Split(header);
        var columns = new ColumnScan[fields.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = new ColumnScan(CsvFields.TextOf(fields.Of(header, i)));
            var before = Array.FindIndex(columns, 0, i, c => c.Name.Equals(columns[i].Name, StringComparison.OrdinalIgnoreCase));
            if (columns[i].Name.Length == 0 || before >= 0)
            {
                problems.Add($"{path}:1:{fields.ColumnOf(i)}", before >= 0 ? $"the header names {columns[i].Name} twice" : "a column has no name", "give each column a name of its own");
            }
        }

        if (columns.Length > ColumnsMax)
        {
            problems.Add($"{path}:1:1", $"the header names {columns.Length} columns", $"give at most {ColumnsMax}");
        }

        return columns;
    }

    private static void CheckNames(string path, ColumnScan[] columns, string[] wanted, Problems problems)
    {
        foreach (var name in wanted)
        {
            if (!columns.Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                var nearest = Spelling.Nearest(name, columns.Select(c => c.Name));
                problems.Add($"{path}:1:1", $"the header has no column {name}", (nearest.Length > 0 ? $"did you mean {nearest}? " : "") + "there are: " + string.Join(", ", columns.Take(50).Select(c => c.Name)));
            }
        }
    }

    private static void Look(ColumnScan[] columns, bool[] mustBeNumber, CsvLines lines, ReadOnlySpan<byte> line, CsvFields fields, Problems problems)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            var cell = fields.Of(line, i);
            if ((columns[i].IsText && !mustBeNumber[i]) || CellValue.IsMissing(cell) || CellValue.TryNumber(cell, out _))
            {
                continue;
            }

            columns[i].IsText = true;
            if (mustBeNumber[i])
            {
                var shown = CsvFields.TextOf(cell.Length > 40 ? cell[..40] : cell);
                problems.Add($"{lines.Path}:{lines.Line}:{fields.ColumnOf(i)}", $"{columns[i].Name} is `{shown}`", "give a number, or leave it empty");
            }
        }
    }

    private static Table Fill(string path, ColumnScan[] columns, int rows)
    {
        var values = columns.Select(_ => GC.AllocateUninitializedArray<double>(rows)).ToArray();
        using var lines = new CsvLines(path);
        var fields = new CsvFields();
        lines.TryRead(out _);
        for (var row = 0; row < rows && lines.TryRead(out var line); row++)
        {
            fields.Split(line);
            for (var i = 0; i < columns.Length; i++)
            {
                values[i][row] = ValueOf(columns[i], fields.Of(line, i));
            }
        }

        return new Table(path, [.. columns.Select((c, i) => new TableColumn(c.Name, values[i], c.IsText ? c.Texts : null))], rows);
    }

    private static double ValueOf(ColumnScan column, ReadOnlySpan<byte> cell)
    {
        if (CellValue.IsMissing(cell))
        {
            return double.NaN;
        }

        if (!column.IsText)
        {
            return CellValue.TryNumber(cell, out var number) ? number : double.NaN;
        }

        var code = column.CodeOf(cell);
        return code < 0 ? double.NaN : code;
    }
}
