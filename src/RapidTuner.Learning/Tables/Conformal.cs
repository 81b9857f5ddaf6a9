using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tables;

/// <summary>
/// Intervals from held-out misses (split and cross-conformal prediction: Vovk et al. 2005, Barber et al. 2021): half a width is
/// the expected spread of the row times a quantile of misses over spread. Held-out rows were predicted by models that had not
/// seen them, so the quantile holds for new rows of their kind; with grouped folds, for new groups.
/// </summary>
/// <param name="Quantile">Miss, in units of the spread, that the wanted share of held-out rows stays within.</param>
/// <param name="Spread">Trees of the spread; null: 1 everywhere.</param>
/// <param name="Rows">Held-out rows behind the quantile.</param>
internal sealed record Conformal(double Quantile, TreeEnsemble? Spread, int Rows)
{
    /// <summary>The interval's half width for a row, in the space in which the model adds.</summary>
    public double HalfWidth(ReadOnlySpan<double> row) => Quantile * Tables.Spread.Of(Spread, row);

    /// <summary>Calibrates on held-out misses.</summary>
    /// <param name="features">Features of all rows.</param>
    /// <param name="prepared">The same, prepared.</param>
    /// <param name="misses">Absolute miss of each held-out row.</param>
    /// <param name="folds">Which rows were held out together.</param>
    /// <param name="coverage">Share of rows that an interval is to hold.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static Conformal Calibrate(FeatureTable features, IPreparedFeatures prepared, double[] misses, Folds folds, double coverage, ulong seed)
    {
        var rows = Enumerable.Range(0, misses.Length).Where(row => folds.FoldOfRow[row] >= 0).ToArray();
        var scores = new double[misses.Length];
        var row = new double[features.Features];

        // A row's own miss must not shape the spread it is divided by, so each half is scaled by the other half's trees.
        for (var half = 0; half < 2; half++)
        {
            int[] other = [.. rows.Where(r => HalfOf(r, folds) != half)];
            var trees = Tables.Spread.Fit(prepared, misses, other, seed);
            foreach (var r in rows.Where(r => HalfOf(r, folds) == half))
            {
                features.CopyRow(r, row);
                scores[r] = misses[r] / Tables.Spread.Of(trees, row);
            }
        }

        var sorted = rows.Select(r => scores[r]).Order().ToArray();
        var rank = Math.Min(sorted.Length, (int)Math.Ceiling(coverage * (sorted.Length + 1)));
        return new Conformal(sorted.Length == 0 ? 0 : sorted[rank - 1], Tables.Spread.Fit(prepared, misses, rows, seed), sorted.Length);
    }

    /// <summary>Groups stay whole where folds are grouped; otherwise rows alternate.</summary>
    private static int HalfOf(int row, Folds folds) => folds.Count > 1 ? folds.FoldOfRow[row] % 2 : row % 2;
}
