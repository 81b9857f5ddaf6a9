namespace RapidTuner.Evaluation.Search;

/// <summary>What a search for max_goodput found.</summary>
/// <param name="K">The point of <see cref="RateGrid"/>; null when none reaches the wanted attainment.</param>
/// <param name="Monotone">False when a point above the answer reached as well, or one just below the bracket failed.</param>
/// <param name="Probes">Points probed.</param>
internal readonly record struct GoodputPoint(int? K, bool Monotone, int Probes)
{
    /// <summary>max_goodput in requests/s; 0 when none reaches.</summary>
    public double RateRps => K is { } k ? RateGrid.RateOf(k) : 0;
}
