namespace RapidTuner.Learning.Drift;

/// <summary>
/// Population stability index: how differently two samples of a value fall into bins that hold equal shares of the first. What
/// chance alone would give, (bins − 1)(1/n + 1/m) (Yurdakul 2018), is taken off, so that small samples do not look like drift.
/// </summary>
public static class PopulationStability
{
    /// <summary>Index from which a change counts as drift; the customary bound.</summary>
    public const double Drifted = 0.25;

    /// <summary>Most bins.</summary>
    private const int BinsMax = 10;

    /// <summary>Fewest values of a sample per bin; chosen: with fewer, chance alone reaches <see cref="Drifted"/> in more than one of a hundred.</summary>
    private const int PerBinMin = 10;

    /// <summary>The index, 0 or more; NaN when a sample has fewer than two bins' worth of values. NaN values are left out.</summary>
    /// <param name="reference">What is usual; not changed.</param>
    /// <param name="current">What is now; not changed.</param>
    public static double Of(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        var (usual, now) = (Sorted(reference), Sorted(current));
        var bins = Math.Min(BinsMax, Math.Min(usual.Length, now.Length) / PerBinMin);
        if (bins < 2)
        {
            return double.NaN;
        }

        // What lies below everything usual has a bin of its own, as what lies above has by the last edge.
        var (from, fromNow, used) = (0, CountUpTo(now, Math.BitDecrement(usual[0])), 1);
        var index = Term(Share(0, usual.Length, bins), Share(fromNow, now.Length, bins));
        for (var bin = 1; bin <= bins; bin++)
        {
            // Equal values share a bin: the edge moves behind them.
            var to = bin == bins ? usual.Length : Math.Max(from, CountUpTo(usual, usual[(int)((long)usual.Length * bin / bins) - 1]));
            var toNow = bin == bins ? now.Length : CountUpTo(now, usual[to - 1]);
            if (to == from && bin < bins)
            {
                continue;
            }

            index += Term(Share(to - from, usual.Length, bins), Share(toNow - fromNow, now.Length, bins));
            (from, fromNow) = (to, toNow);
            used++;
        }

        return Math.Max(0, index - ((used - 1) * ((1.0 / usual.Length) + (1.0 / now.Length))));
    }

    private static double Term(double p, double q) => (p - q) * Math.Log(p / q);

    private static double[] Sorted(ReadOnlySpan<double> values)
    {
        var kept = new List<double>(values.Length);
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                kept.Add(value);
            }
        }

        kept.Sort();
        return [.. kept];
    }

    private static int CountUpTo(double[] sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] <= value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Half a value more in each bin: an empty one would make the index infinite.</summary>
    private static double Share(int count, int all, int bins) => (count + 0.5) / (all + (0.5 * bins));
}
