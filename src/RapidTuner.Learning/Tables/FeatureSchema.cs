using RapidTuner.Core.Errors;
using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>The features of a model, in its own order, and how any table's columns become them.</summary>
internal sealed record FeatureSchema(IReadOnlyList<FeatureSpec> Features)
{
    /// <summary>The schema of a table's columns.</summary>
    /// <param name="table">The table.</param>
    /// <param name="leftOut">Columns that are no features.</param>
    /// <param name="notes">Told what a user should know.</param>
    public static FeatureSchema Of(Table table, IReadOnlyCollection<string> leftOut, Action<string> notes)
    {
        var features = new List<FeatureSpec>();
        foreach (var column in table.Columns.Where(c => !leftOut.Contains(c.Name, StringComparer.OrdinalIgnoreCase)))
        {
            if (column.Texts is { Length: >= ColumnScan.TextsMax })
            {
                notes($"column {column.Name} is left out: more than {ColumnScan.TextsMax} different texts tell rows apart, not kinds");
                continue;
            }

            features.Add(new FeatureSpec(column.Name, column.IsText ? Frequent(column, notes) : null));
        }

        return new FeatureSchema(features);
    }

    /// <summary>The feature columns of a table, found by name; unknown texts are missing values.</summary>
    /// <exception cref="BadInputException">Columns are missing.</exception>
    public FeatureTable Bind(Table table)
    {
        var problems = new Problems();
        var columns = new List<double[]>();
        foreach (var feature in Features)
        {
            if (table.Find(feature.Name) is not { } column)
            {
                problems.Add($"{table.Path}:1:1", $"the header has no column {feature.Name}", "the model was fitted with it; add it (cells may be empty)");
                continue;
            }

            columns.Add(feature.Texts is null ? column.Values : Recoded(column, feature.Texts));
        }

        problems.ThrowIfAny();
        return new FeatureTable(columns, [.. Features.Select(f => f.Texts?.Length ?? 0)]);
    }

    private static string[] Frequent(TableColumn column, Action<string> notes)
    {
        if (column.Texts!.Length <= CategorySet.CategoriesMax)
        {
            return column.Texts;
        }

        var counts = new int[column.Texts.Length];
        foreach (var code in column.Values)
        {
            if (!double.IsNaN(code))
            {
                counts[(int)code]++;
            }
        }

        notes($"column {column.Name} has {counts.Length} different texts; the {CategorySet.CategoriesMax} most frequent are told apart, the others count as missing");
        return [.. Enumerable.Range(0, counts.Length).OrderByDescending(code => counts[code]).ThenBy(code => code)
            .Take(CategorySet.CategoriesMax).Order().Select(code => column.Texts[code])];
    }

    private static double[] Recoded(TableColumn column, string[] texts)
    {
        if (ReferenceEquals(column.Texts, texts))
        {
            return column.Values;
        }

        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var code = 0; code < texts.Length; code++)
        {
            codes[texts[code]] = code;
        }

        // A column that must be text is read as text, so it always has texts here.
        var map = column.Texts!.Select(text => codes.TryGetValue(text, out var code) ? code : double.NaN).ToArray();
        var recoded = new double[column.Values.Length];
        for (var row = 0; row < recoded.Length; row++)
        {
            recoded[row] = double.IsNaN(column.Values[row]) ? double.NaN : map[(int)column.Values[row]];
        }

        return recoded;
    }
}
