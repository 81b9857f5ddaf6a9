namespace RapidTuner.Evaluation.Statistics;

/// <summary>Nearest-rank percentiles: the ⌈p/100 · n⌉-th smallest of n values (COMPARISON §1).</summary>
internal static class NearestRank
{
    /// <summary>The rank, from 1, of the <paramref name="percent"/> percentile of <paramref name="count"/> values.</summary>
    /// <param name="percent">Whole percent, 1 to 100; integers keep ⌈0.99 n⌉ free of rounding.</param>
    /// <param name="count">Values, ≥ 1.</param>
    public static long RankOf(int percent, long count) => Math.Max(1, ((percent * count) + 99) / 100);

    /// <summary>The percentile of values that are sorted upwards; null when there are none.</summary>
    public static double? Of(ReadOnlySpan<double> sorted, int percent) =>
        sorted.IsEmpty ? null : sorted[(int)RankOf(percent, sorted.Length) - 1];

    /// <summary>p50, p90 and p99; sorts <paramref name="values"/> in place.</summary>
    public static Percentiles Percentiles(Span<double> values)
    {
        values.Sort();
        return new Percentiles(Of(values, 50), Of(values, 90), Of(values, 99));
    }
}
