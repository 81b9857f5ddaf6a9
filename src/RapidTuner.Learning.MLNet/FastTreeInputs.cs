using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.MLNet;

/// <summary>How features become ML.NET's inputs: a number is one input, a category one input per code.</summary>
internal sealed class FastTreeInputs
{
    /// <summary>Stands for a missing number: lowest, so that it goes left at every threshold and a threshold below all numbers parts it from them.</summary>
    public const float Missing = -float.MaxValue;

    private readonly FeatureTable _table;

    public FastTreeInputs(FeatureTable table)
    {
        _table = table;
        var (features, codes) = (new List<int>(), new List<int>());
        for (var f = 0; f < table.Features; f++)
        {
            for (var code = 0; code < Math.Max(1, table.Categories[f]); code++)
            {
                features.Add(f);
                codes.Add(table.Categories[f] == 0 ? -1 : code);
            }
        }

        (FeatureOf, CodeOf) = ([.. features], [.. codes]);
    }

    /// <summary>Number of inputs.</summary>
    public int Count => FeatureOf.Length;

    /// <summary>The feature behind an input.</summary>
    public int[] FeatureOf { get; }

    /// <summary>The category that an input stands for; -1: it is a number.</summary>
    public int[] CodeOf { get; }

    /// <summary>Categories of a feature, 0 for a numeric one.</summary>
    public int CategoriesOf(int feature) => _table.Categories[feature];

    /// <summary>Fills the inputs of a row.</summary>
    public void Fill(int row, Span<float> into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            var value = _table.Columns[FeatureOf[i]][row];
            into[i] = CodeOf[i] < 0 ? NumberOf(value)
                : CategorySet.CodeOf(value, _table.Categories[FeatureOf[i]]) == CodeOf[i] ? 1 : 0;
        }
    }

    private static float NumberOf(double value) =>
        double.IsNaN(value) ? Missing : Math.Clamp((float)value, -float.MaxValue, float.MaxValue);
}
