namespace RapidTuner.Learning.Tables;

/// <summary>
/// How law, trees on its residual and trees alone make one prediction: a weighted sum. The weights are chosen on held-out rows,
/// with each of the parts alone among the choices, so that together they are not worse than the best of them.
/// </summary>
/// <param name="ResidualShare">Weight of the trees on the law's residual.</param>
/// <param name="PlainShare">Weight of trees alone that see what the law derives of a row.</param>
/// <param name="BareShare">Weight of trees alone that do not; what is left of 1 is the law and its residual's trees.</param>
internal readonly record struct Blend(double ResidualShare, double PlainShare, double BareShare = 0)
{
    private static readonly double[] ResidualShares = [1, 0.5, 0];
    private static readonly double[] Shares = [0, 0.25, 0.5, 0.75, 1];

    /// <summary>Weight of the law and its residual's trees.</summary>
    public double LawShare => 1 - PlainShare - BareShare;

    /// <summary>The prediction from its parts.</summary>
    public double Of(double law, double residual, double plain, double bare) =>
        (LawShare * (law + (ResidualShare * residual))) + (PlainShare * plain) + (BareShare * bare);

    /// <summary>
    /// The best weights on held-out rows, by mean absolute miss. Where groups were held out, trees take part only if that was no worse than the law alone for each of
    /// them: a gain for some says that trees know those, not that they know a group to come.
    /// </summary>
    /// <param name="folds">Which rows were held out together.</param>
    /// <param name="target">What came.</param>
    /// <param name="law">What the law says.</param>
    /// <param name="residual">What the trees on its residual add.</param>
    /// <param name="plain">What trees alone say.</param>
    /// <param name="bare">What bare trees say; null: there are none.</param>
    public static Blend Best(Folds folds, double[] target, double[] law, double[] residual, double[] plain, double[]? bare)
    {
        var lawAlone = new Blend(0, 0);
        var ofLaw = Misses(lawAlone);
        var (best, bestMiss) = (lawAlone, ofLaw.Sum());
        foreach (var bareShare in bare is null ? [0] : Shares)
        {
            foreach (var plainShare in Shares.Where(s => s + bareShare <= 1))
            {
                foreach (var residualShare in ResidualShares)
                {
                    var blend = new Blend(residualShare, plainShare, bareShare);
                    var misses = Misses(blend);
                    if (misses.Sum() < bestMiss && (!folds.Grouped || misses.Zip(ofLaw).All(m => m.First <= m.Second)))
                    {
                        (best, bestMiss) = (blend, misses.Sum());
                    }
                }
            }
        }

        return best;

        double[] Misses(Blend blend)
        {
            var misses = new double[folds.Count];
            for (var row = 0; row < target.Length; row++)
            {
                if (folds.FoldOfRow[row] >= 0)
                {
                    misses[folds.FoldOfRow[row]] += Math.Abs(target[row] - blend.Of(law[row], residual[row], plain[row], bare?[row] ?? 0));
                }
            }

            return misses;
        }
    }
}
