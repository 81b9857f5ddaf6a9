using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;

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
    /// <exception cref="BadInputException">Anything is wrong with it; all of it is said.</exception>
    public static Table Read(string path, TableAsk ask)
    {
        var problems = new Problems();
        var (columns, rows) = Scan(path, ask, problems);
        TableMemory.Check(path, Math.Min(rows, ask.RowsMax), columns.Length, ask.BytesMax, problems);
        problems.ThrowIfAny();
        return Fill(path, columns, rows, ask.RowsMax, ask.Seed);
    }

    private static (ColumnScan[] Columns, int Rows) Scan(string path, TableAsk ask, Problems problems)
    {
        using var lines = new CsvLines(path);
        if (!lines.TryRead(out var header))
        {
            throw new BadInputException(path, "is empty", "give a header and rows");
        }

        var fields = new CsvFields();
        var columns = Header(path, header, fields, problems);
        CheckNames(path, columns, [.. ask.Texts.Concat(ask.Numbers).Concat(ask.Named).Distinct(StringComparer.OrdinalIgnoreCase)], problems);
        problems.ThrowIfAny();
        foreach (var column in columns)
        {
            column.IsText = ask.Texts.Contains(column.Name, StringComparer.OrdinalIgnoreCase);
            column.MustBeNumber = ask.Numbers.Contains(column.Name, StringComparer.OrdinalIgnoreCase);
            column.MustBeFinite = ask.Finite.Contains(column.Name, StringComparer.OrdinalIgnoreCase);
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
            Look(columns, lines, line, fields, problems);
        }

        if (rows == 0 && !problems.Any)
        {
            problems.Add(path, "has no rows", "give at least one row behind the header");
        }

        return (columns, rows);
    }

    private static ColumnScan[] Header(string path, ReadOnlySpan<byte> header, CsvFields fields, Problems problems)
    {
        if (header.ContainsAnyInRange((byte)0, (byte)8))
        {
            throw new BadInputException($"{path}:1:1", "is no text in UTF-8", "give a CSV file with a header");
        }

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
                problems.Add($"{path}:1:1", $"the header has no column {name}", (nearest.Length > 0 ? $"did you mean {Shown(nearest)}? " : "") + "there are: " + string.Join(", ", columns.Take(50).Select(c => Shown(c.Name))));
            }
        }
    }

    /// <summary>A name as messages show it.</summary>
    private static string Shown(string name) => name.Length > 60 ? name[..60] + "…" : name;

    private static void Look(ColumnScan[] columns, CsvLines lines, ReadOnlySpan<byte> line, CsvFields fields, Problems problems)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            var column = columns[i];
            var cell = fields.Of(line, i);
            if ((column.IsText && !column.MustBeNumber) || CellValue.IsMissing(cell))
            {
                continue;
            }

            if (CellValue.TryNumber(cell, out var number))
            {
                if (column.MustBeFinite && double.IsInfinity(number))
                {
                    problems.Add($"{lines.Path}:{lines.Line}:{fields.ColumnOf(i)}", $"{column.Name} is infinite", "give a finite number, or leave it empty");
                }

                continue;
            }

            column.IsText = true;
            if (column.MustBeNumber)
            {
                var shown = CsvFields.TextOf(cell.Length > 40 ? cell[..40] : cell);
                problems.Add($"{lines.Path}:{lines.Line}:{fields.ColumnOf(i)}", $"{column.Name} is `{shown}`", "give a number, or leave it empty");
            }
        }
    }

    /// <summary>The second reading, into arrays of the size that the first one told, or of a draw from so many rows.</summary>
    /// <exception cref="BadInputException">The file is no longer what the first one saw.</exception>
    internal static Table Fill(string path, ColumnScan[] columns, int rows, int rowsMax, ulong seed)
    {
        var kept = Math.Min(rows, rowsMax);
        var rng = new Rng(seed, "table-rows");
        var values = columns.Select(_ => GC.AllocateUninitializedArray<double>(kept)).ToArray();
        using var lines = new CsvLines(path);
        var fields = new CsvFields();
        lines.TryRead(out _);
        var taken = 0;
        for (var row = 0; taken < kept; row++)
        {
            var read = lines.TryRead(out var line);
            if (read && kept < rows && rng.NextDouble() * (rows - row) >= kept - taken)
            {
                continue;
            }

            fields.Split(line);
            if (!read || fields.Count != columns.Length)
            {
                throw new BadInputException(path, "was changed while it was read", "give a file that stays as it is");
            }

            for (var i = 0; i < columns.Length; i++)
            {
                values[i][taken] = ValueOf(columns[i], fields.Of(line, i));
            }

            taken++;
        }

        return new Table(path, [.. columns.Select((c, i) => new TableColumn(c.Name, values[i], c.IsText ? c.Texts : null))], kept) { RowsInFile = rows };
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
