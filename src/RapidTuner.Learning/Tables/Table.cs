namespace RapidTuner.Learning.Tables;

/// <summary>A table in memory: 8 bytes a cell.</summary>
/// <param name="Path">Where it was read from.</param>
/// <param name="Columns">Its columns, in the header's order.</param>
/// <param name="Rows">Rows in memory.</param>
internal sealed record Table(string Path, IReadOnlyList<TableColumn> Columns, int Rows)
{
    /// <summary>Rows of the file, of which those in memory may be a draw.</summary>
    public int RowsInFile { get; init; } = Rows;

    /// <summary>The column called <paramref name="name"/>, ignoring case; null when there is none.</summary>
    public TableColumn? Find(string name) => Columns.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The same table with some rows only.</summary>
    public Table Take(int[] rows) => new(Path, [.. Columns.Select(c => c.Take(rows))], rows.Length);
}
