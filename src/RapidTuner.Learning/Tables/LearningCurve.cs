namespace RapidTuner.Learning.Tables;

/// <summary>
/// How misses shrink with rows. Held-out misses come from models that saw part of the rows, the final model sees all and misses
/// less, so intervals taken from them as they are would be too wide. The exponent of the usual power law is measured by halving
/// the rows of some folds.
/// </summary>
internal static class LearningCurve
{
    /// <summary>Rows below which the curve is too noisy to be used.</summary>
    private const int RowsMin = 150;

    /// <summary>Folds that are fitted again on half their rows.</summary>
    private const int FoldsHalved = 2;

    /// <summary>Largest exponent believed: misses of noise-free grids fall about with the number of rows.</summary>
    private const double ExponentMax = 1;

    /// <summary>The misses that matter for an interval's ends: between these quantiles.</summary>
    private static readonly (double From, double To) Tail = (0.75, 0.97);

    /// <summary>The factor from held-out misses to those of a model of all rows, at most 1.</summary>
    public static double Factor(FitTask task, Folds folds, FoldFits fits, Blend blend, double[] misses, CancellationToken cancel)
    {
        if (folds.Grouped || folds.Count < FoldsHalved || task.Target.Length < RowsMin)
        {
            return 1;
        }

        double full = 0, half = 0;
        for (var fold = 0; fold < FoldsHalved; fold++)
        {
            var heldOut = folds.HeldOut(fold);
            int[] rows = [.. folds.Trained(fold).Where((_, i) => i % 2 == 0)];
            var fit = task.FitFold(rows, heldOut, task.Options.Threads, cancel);
            full += TailOf(heldOut.Select(row => misses[row]));
            half += TailOf(fits.MissesOf(fit, blend, heldOut));
        }

        var exponent = full > 0 ? Math.Clamp(Math.Log2(half / full), 0, ExponentMax) : 0;
        return Math.Pow((folds.Count - 1.0) / folds.Count, exponent);
    }

    private static double TailOf(IEnumerable<double> misses)
    {
        var sorted = misses.Order().ToArray();
        var (from, to) = ((int)(Tail.From * sorted.Length), Math.Max((int)(Tail.From * sorted.Length) + 1, (int)(Tail.To * sorted.Length)));
        return sorted[from..to].Average();
    }
}
