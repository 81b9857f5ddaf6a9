using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>
/// How far predictions miss, row by row: small trees on the logarithm of held-out misses. It gives intervals their shape; the
/// conformal quantile gives them their size, so coverage does not depend on how good this is.
/// </summary>
internal static class Spread
{
    /// <summary>Rows below which every row gets the same width.</summary>
    public const int RowsMin = 200;

    /// <summary>A miss is taken as at least this share of the median one: the logarithm of a lucky hit says nothing.</summary>
    private const double FloorOfMedian = 0.1;

    /// <summary>Widest spread, as a logarithm: 20 times the median.</summary>
    private const double LogMax = 3;

    private static readonly TrainingOptions Options = new()
    {
        Trees = 60, Leaves = 8, LearningRate = 0.1, LeafRowsMin = 20, L2 = 10, Loss = Loss.Squared, Threads = 1, RowShare = 0.7,
    };

    /// <summary>Trees whose exponential is the miss to expect, trained on <paramref name="rows"/>; null when there are too few.</summary>
    public static TreeEnsemble? Fit(IPreparedFeatures features, double[] misses, int[] rows, ulong seed)
    {
        if (rows.Length < RowsMin)
        {
            return null;
        }

        var median = rows.Select(row => misses[row]).Order().ElementAt(rows.Length / 2);
        if (!(median > 0))
        {
            return null;
        }

        var target = misses.Select(miss => Math.Log(Math.Max(miss, FloorOfMedian * median) / median)).ToArray();
        return features.Fit(new TrainingSample(target) { Rows = rows, Holdout = [] }, Options with { Seed = seed }).All;
    }

    /// <summary>The miss to expect for a row, relative to the median miss.</summary>
    public static double Of(TreeEnsemble? trees, ReadOnlySpan<double> row) => trees is null ? 1 : Math.Exp(Math.Clamp(trees.Predict(row), -LogMax, LogMax));
}
