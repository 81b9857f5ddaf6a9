using System.Globalization;
using RapidTuner.Core.Errors;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>A table of comma-separated values with a header, whose cells know where they stand.</summary>
internal sealed class CsvFile
{
    private readonly string _path;
    private readonly Dictionary<string, int> _columns;
    private readonly Problems _problems;

    private CsvFile(string path, string[] header, List<CsvLine> lines, Problems problems)
    {
        _path = path;
        _problems = problems;
        _columns = header.Select((name, at) => (name, at)).DistinctBy(c => c.name).ToDictionary(c => c.name, c => c.at, StringComparer.Ordinal);
        Header = header;
        Lines = lines;
    }

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>The rows, without empty ones.</summary>
    public IReadOnlyList<CsvLine> Lines { get; }

    /// <summary>Reads a file whole. Rows of the wrong length are problems.</summary>
    /// <exception cref="BadInputException">It cannot be read or is empty.</exception>
    public static CsvFile Read(string path, Problems problems)
    {
        string[] text;
        try
        {
            text = File.ReadAllLines(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(path, "cannot be read: " + failure.Message, "give the path of a readable CSV file");
        }

        if (text.Length < 2)
        {
            throw new BadInputException(path, "is empty", "give a header and at least one row");
        }

        var header = Cells(text[0].TrimStart('\uFEFF'));
        var lines = new List<CsvLine>(text.Length - 1);
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at].Length == 0)
            {
                continue;
            }

            var cells = Cells(text[at]);
            if (cells.Length == header.Length)
            {
                lines.Add(new CsvLine(at + 1, cells));
            }
            else
            {
                problems.Add($"{path}:{at + 1}:1", $"has {cells.Length} cells", $"give {header.Length}, as the header has");
            }
        }

        return new CsvFile(path, header, lines, problems);
    }

    /// <summary>True when the column is there.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>A cell's text; empty where there is no such column.</summary>
    public string Text(CsvLine line, string column) => _columns.TryGetValue(column, out var at) ? line.Cells[at] : "";

    /// <summary>A cell as a whole number of at least <paramref name="min"/>; anything else is a problem.</summary>
    public int Whole(CsvLine line, string column, int min)
    {
        var text = Text(line, column);
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min)
        {
            return value;
        }

        _problems.Add(Where(line, column), $"{column} is \"{text}\"", $"give a whole number of at least {min}");
        return min;
    }

    /// <summary>A cell as a number above 0 and at most <paramref name="max"/>; anything else is a problem.</summary>
    public double Positive(CsvLine line, string column, double max = double.MaxValue)
    {
        var text = Text(line, column);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && value <= max)
        {
            return value;
        }

        _problems.Add(Where(line, column), $"{column} is \"{text}\"", max < double.MaxValue ? $"give a number above 0, at most {max}" : "give a number above 0");
        return 1;
    }

    /// <summary>Adds a problem at a cell.</summary>
    public void Problem(CsvLine line, string column, string mend) =>
        _problems.Add(Where(line, column), $"{column} is \"{Text(line, column)}\"", mend);

    /// <summary><c>file:line:column</c> of a cell; columns count characters from 1.</summary>
    private string Where(CsvLine line, string column)
    {
        var before = line.Cells.Take(_columns.GetValueOrDefault(column)).Sum(c => c.Length + 1);
        return $"{_path}:{line.Number}:{before + 1}";
    }

    private static string[] Cells(string line)
    {
        if (!line.Contains('"', StringComparison.Ordinal))
        {
            return line.Split(',');
        }

        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        for (var at = 0; at < line.Length; at++)
        {
            var c = line[at];
            if (c == '"' && quoted && at + 1 < line.Length && line[at + 1] == '"')
            {
                cell.Append(line[++at]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString());
        return [.. cells];
    }
}
