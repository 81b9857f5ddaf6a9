namespace RapidTuner.Bench.Accuracy;

/// <summary>What a run of a server came to.</summary>
/// <param name="TpotS">Mean over requests of their mean gap, seconds.</param>
/// <param name="TokensPerS">Output tokens from the first arrival to the last end, per second.</param>
/// <param name="TtftS">Median time to first token, seconds.</param>
internal readonly record struct Summary(double TpotS, double TokensPerS, double TtftS)
{
    /// <summary>Sums requests up.</summary>
    public static Summary Of(IEnumerable<RequestTiming> timings)
    {
        var all = timings.ToArray();
        var ttftS = all.Select(t => t.TtftS).Order().ToArray();
        return new Summary(
            all.Average(t => t.TpotS),
            all.Sum(t => (double)t.OutputTokens) / (all.Max(t => t.FinishS) - all.Min(t => t.ArrivalS)),
            ttftS[(ttftS.Length - 1) / 2]);
    }
}
