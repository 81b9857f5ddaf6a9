namespace RapidTuner.Learning.Tables;

/// <summary>
/// How law, trees on its residual and trees alone make one prediction: a weighted sum. The weights are chosen on held-out rows,
/// with each of the parts alone among the choices, so that together they are not worse than the best of them.
/// </summary>
/// <param name="ResidualShare">Weight of the trees on the law's residual.</param>
/// <param name="PlainShare">Weight of trees alone; the rest is the law and its residual's trees.</param>
internal readonly record struct Blend(double ResidualShare, double PlainShare)
{
    private static readonly double[] ResidualShares = [1, 0.5, 0];
    private static readonly double[] PlainShares = [0, 0.25, 0.5, 0.75, 1];

    /// <summary>The prediction from its parts.</summary>
    public double Of(double law, double residual, double plain) => ((1 - PlainShare) * (law + (ResidualShare * residual))) + (PlainShare * plain);

    /// <summary>The best weights on held-out rows, by mean absolute miss.</summary>
    public static Blend Best(IReadOnlyList<int> rows, double[] target, double[] law, double[] residual, double[] plain)
    {
        var (best, bestMiss) = (new Blend(1, 0), double.PositiveInfinity);
        foreach (var plainShare in PlainShares)
        {
            foreach (var residualShare in ResidualShares)
            {
                var blend = new Blend(residualShare, plainShare);
                var miss = rows.Sum(row => Math.Abs(target[row] - blend.Of(law[row], residual[row], plain[row])));
                if (miss < bestMiss)
                {
                    (best, bestMiss) = (blend, miss);
                }
            }
        }

        return best;
    }
}
