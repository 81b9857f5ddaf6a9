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

    /// <summary>
    /// Half a width, as a logarithm, that is expected of a group before any was held out. Chosen: a model of one device scaled to another misses by about that much
    /// (docs/results/learning.md, transfer).
    /// </summary>
    private const double NewGroupLog = 0.3;

    /// <summary>Groups below which the spread of one says nothing of another's.</summary>
    private const int SpreadGroupsMin = 5;

    /// <summary>95 % quantiles of Student's t with 1, 2, … degrees of freedom over that of the normal distribution: what few groups leave open.</summary>
    private static readonly double[] FewGroups = [3.84, 1.78, 1.43, 1.30, 1.23, 1.18, 1.15, 1.13, 1.11, 1.10];

    /// <summary>
    /// The same for groups that were never seen, where <paramref name="groups"/> were held out one by one: their misses are a sample of that many, which counts beside
    /// what is expected of any group; with few of them the interval has one width, and grows.
    /// </summary>
    public Conformal ForNewGroups(int groups)
    {
        if (groups == 0)
        {
            return this with { Quantile = Math.Sqrt((Quantile * Quantile) + (NewGroupLog * NewGroupLog)) };
        }

        var few = FewGroups[Math.Min(groups, FewGroups.Length) - 1];
        var quantile = few * Math.Sqrt(((groups * Quantile * Quantile) + (NewGroupLog * NewGroupLog)) / (groups + 1));
        return this with { Quantile = quantile };
    }

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
        // A spread that is too poor in rows to be checked on the other half would widen intervals that were scored without it.
        var shaped = (!folds.Grouped || folds.Count >= SpreadGroupsMin) && Enumerable.Range(0, 2).All(half => rows.Count(r => HalfOf(r, folds) == half) >= Tables.Spread.RowsMin);
        var row = new double[features.Features];

        // A row's own miss must not shape the spread it is divided by, so each half is scaled by the other half's trees.
        for (var half = 0; half < 2; half++)
        {
            int[] other = [.. rows.Where(r => HalfOf(r, folds) != half)];
            var trees = shaped ? Tables.Spread.Fit(prepared, misses, other, seed) : null;
            foreach (var r in rows.Where(r => HalfOf(r, folds) == half))
            {
                features.CopyRow(r, row);
                scores[r] = misses[r] / Tables.Spread.Of(trees, row);
            }
        }

        var sorted = rows.Select(r => scores[r]).Order().ToArray();
        var rank = Math.Min(sorted.Length, (int)Math.Ceiling(coverage * (sorted.Length + 1)));
        return new Conformal(sorted.Length == 0 ? 0 : sorted[rank - 1], shaped ? Tables.Spread.Fit(prepared, misses, rows, seed) : null, sorted.Length);
    }

    /// <summary>Groups stay whole where folds are grouped; otherwise rows alternate.</summary>
    private static int HalfOf(int row, Folds folds) => folds.Count > 1 ? folds.FoldOfRow[row] % 2 : row % 2;
}
