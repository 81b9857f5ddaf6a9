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

    private readonly bool[] _serves;

    /// <summary>Trees that serve some horizons.</summary>
    /// <param name="trees">Trees of <see cref="ForecastInputs"/>.</param>
    /// <param name="serves">Per horizon whether they forecast it; at the others they repeat the last value.</param>
    internal ForecastTrees(TreeEnsemble trees, bool[] serves) => (Ensemble, _serves) = (trees, serves);

    /// <summary>How they are grown.</summary>
    internal static TrainingOptions Options { get; } = new()
    {
        Loss = Loss.Quantile(0.5), Trees = 60, Leaves = 15, LearningRate = 0.1, LeafRowsMin = 100, RowShare = 0.5,
    };

    /// <summary>The trees.</summary>
    internal TreeEnsemble Ensemble { get; }

    /// <summary>Learns from a past of one-second windows.</summary>
    /// <param name="values">One value per second in order; NaN is a gap.</param>
    /// <param name="seed">Seed of every draw.</param>
    /// <param name="halfLifeS">Age at which a window counts half, seconds, above 0.</param>
    /// <param name="cancel">Ends the fit between two trees.</param>
    /// <returns>Null when the past is shorter than <see cref="WindowsMin"/> or holds nothing above 0.</returns>
    public static ForecastTrees? Fit(ReadOnlySpan<double> values, ulong seed = 1, double halfLifeS = double.PositiveInfinity, CancellationToken cancel = default)
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

        var sample = new TrainingSample(rows.Target);
        if (double.IsFinite(halfLifeS))
        {
            var end = values.Length;
            sample = sample with { Weights = Array.ConvertAll(rows.Window, w => Math.Pow(2, (w - end) / halfLifeS)) };
        }

        var trained = new HistogramTrainer().Prepare(new FeatureTable(rows.Columns)).Fit(sample, Options with { Seed = seed }, cancel);
        return new ForecastTrees(trained.All, [.. Enumerable.Repeat(true, Horizons.Count)]);
    }

    /// <summary>True where the trees forecast; elsewhere they repeat the last value.</summary>
    public bool Serves(int horizon) => _serves[horizon];

    /// <summary>The same trees at fewer horizons.</summary>
    internal ForecastTrees At(bool[] serves) => new(Ensemble, serves);

    /// <summary>Multiples of the level for rows of inputs, one per horizon.</summary>
    internal void Predict(ReadOnlySpan<double> rows, Span<double> multiples) => Ensemble.Predict(rows, multiples);
}
