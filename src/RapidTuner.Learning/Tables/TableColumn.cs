namespace RapidTuner.Learning.Tables;

/// <summary>A column: numbers, or codes of texts.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Values">One value per row; NaN is missing.</param>
/// <param name="Texts">The text of each code; null for a column of numbers.</param>
internal sealed record TableColumn(string Name, double[] Values, string[]? Texts)
{
    /// <summary>True for a column of texts.</summary>
    public bool IsText => Texts is not null;

    /// <summary>The text of a row's code; null where it is missing.</summary>
    public string? TextOf(int row) => double.IsNaN(Values[row]) ? null : Texts![(int)Values[row]];

    /// <summary>The same column with some rows only.</summary>
    public TableColumn Take(int[] rows) => this with { Values = [.. rows.Select(row => Values[row])] };
}
