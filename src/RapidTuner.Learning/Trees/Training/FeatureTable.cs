namespace RapidTuner.Learning.Trees.Training;

/// <summary>Feature columns of equal length. NaN is missing; a categorical column holds codes 0, 1, ….</summary>
public sealed class FeatureTable
{
    /// <summary>Most features.</summary>
    public const int FeaturesMax = 4096;

    /// <summary>Takes columns as they are; they must not change while they are used.</summary>
    /// <param name="columns">One array per feature.</param>
    /// <param name="categories">Per feature its number of categories, 0 for a numeric one; null: all numeric.</param>
    public FeatureTable(IReadOnlyList<double[]> columns, IReadOnlyList<int>? categories = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns.Count, FeaturesMax);
        Columns = [.. columns];
        Categories = categories is null ? new int[columns.Count] : [.. categories];
        Rows = columns.Count == 0 ? 0 : columns[0].Length;
        if (columns.Any(c => c.Length != Rows) || Categories.Length != Columns.Length)
        {
            throw new ArgumentException("columns differ in length, or categories in number", nameof(columns));
        }

        if (Categories.Any(c => c is < 0 or > CategorySet.CategoriesMax))
        {
            throw new ArgumentException($"a feature has at most {CategorySet.CategoriesMax} categories", nameof(categories));
        }
    }

    /// <summary>Number of features.</summary>
    public int Features => Columns.Length;

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>The columns.</summary>
    internal double[][] Columns { get; }

    /// <summary>Categories per feature.</summary>
    internal int[] Categories { get; }

    /// <summary>Copies row <paramref name="row"/> out.</summary>
    public void CopyRow(int row, Span<double> into)
    {
        for (var f = 0; f < Columns.Length; f++)
        {
            into[f] = Columns[f][row];
        }
    }
}
