using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Forecasting;

/// <summary>Boosted trees that forecast a series at all horizons: the median of the mean to come, as a multiple of the recent level. Immutable.</summary>
public sealed class ForecastTrees
{
    /// <summary>Fewest values to learn from: twice the longest horizon.</summary>
    public const int WindowsMin = 600;

    /// <summary>Most rows of a fit; longer pasts are thinned evenly, so that time and memory are bounded.</summary>
    private const int RowsMax = 120_000;

    private readonly TreeEnsemble _trees;

    private ForecastTrees(TreeEnsemble trees) => _trees = trees;

    /// <summary>Learns from a past of one-second windows.</summary>
    /// <param name="values">One value per second in order; NaN is a gap.</param>
    /// <param name="seed">Seed of every draw.</param>
    /// <param name="cancel">Ends the fit between two trees.</param>
    /// <returns>Null when the past is shorter than <see cref="WindowsMin"/> or holds nothing above 0.</returns>
    public static ForecastTrees? Fit(ReadOnlySpan<double> values, ulong seed = 1, CancellationToken cancel = default)
    {
        if (values.Length < WindowsMin)
        {
            return null;
        }

        var rows = ForecastRows.Of(values, RowsMax);
        if (rows.Target.Length < WindowsMin)
        {
            return null;
        }

        var options = new TrainingOptions
        {
            Loss = Loss.Quantile(0.5), Trees = 60, Leaves = 15, LearningRate = 0.1, LeafRowsMin = 100, RowShare = 0.5, Seed = seed,
        };
        var trained = new HistogramTrainer().Prepare(new FeatureTable(rows.Columns)).Fit(new TrainingSample(rows.Target), options, cancel);
        return new ForecastTrees(trained.All);
    }

    /// <summary>Multiples of the level for rows of inputs, one per horizon.</summary>
    internal void Predict(ReadOnlySpan<double> rows, Span<double> multiples) => _trees.Predict(rows, multiples);
}
