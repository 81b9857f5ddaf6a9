namespace RapidTuner.Learning.Tables;

/// <summary>What the first reading learns about a column: whether it holds texts, and which.</summary>
internal sealed class ColumnScan(string name)
{
    /// <summary>Different texts of a column beyond which it tells nothing (an identifier) and is left out; chosen.</summary>
    public const int TextsMax = 100_000;

    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>True when a cell was found that is neither a number nor missing, or the caller says so.</summary>
    public bool IsText { get; set; }

    /// <summary>True when a text in it is a problem.</summary>
    public bool MustBeNumber { get; set; }

    /// <summary>True when an infinite number in it is a problem.</summary>
    public bool MustBeFinite { get; set; }

    /// <summary>True when it has more than <see cref="TextsMax"/> different texts.</summary>
    public bool TooMany => _texts.Count >= TextsMax;

    /// <summary>The texts in the order of their first row.</summary>
    public string[] Texts => [.. _texts];

    /// <summary>The code of a text, a new one when it is new; -1 when there are too many.</summary>
    public int CodeOf(ReadOnlySpan<byte> cell)
    {
        Span<char> chars = stackalloc char[256];
        if (cell.Length <= chars.Length && cell.IndexOf((byte)'"') < 0)
        {
            var known = _codes.GetAlternateLookup<ReadOnlySpan<char>>();
            var text = chars[..System.Text.Encoding.UTF8.GetChars(cell, chars)];
            return known.TryGetValue(text, out var code) ? code : Add(text.ToString());
        }

        var whole = CsvFields.TextOf(cell);
        return _codes.TryGetValue(whole, out var found) ? found : Add(whole);
    }

    private int Add(string text)
    {
        if (TooMany)
        {
            return -1;
        }

        _codes[text] = _texts.Count;
        _texts.Add(text);
        return _texts.Count - 1;
    }
}
