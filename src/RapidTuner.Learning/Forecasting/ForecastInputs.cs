namespace RapidTuner.Learning.Forecasting;

/// <summary>What trees see of a series' past: its recent means as multiples of the last 300 s' mean, how it scatters, how long it was idle, how far ahead.</summary>
internal static class ForecastInputs
{
    /// <summary>Numbers of a row.</summary>
    public const int Count = 9;

    /// <summary>Their names, in order; trees of other inputs are refused.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "mean_1s_over_level", "mean_3s_over_level", "mean_10s_over_level", "mean_30s_over_level", "mean_120s_over_level", "deviation_60s_over_level", "idle_s", "log_level", "horizon",
    ];

    /// <summary>Windows of the level that the others are multiples of.</summary>
    private const int LevelWindows = 300;

    private static readonly int[] Spans = [1, 3, 10, 30, 120];

    /// <summary>The level; 0 or NaN: there is nothing to see.</summary>
    public static double LevelOf(SeriesHistory history) => history.MeanOfLast(LevelWindows);

    /// <summary>Fills a row for every horizon.</summary>
    public static void Fill(SeriesHistory history, double level, Span<double> rows)
    {
        var first = rows[..Count];
        for (var i = 0; i < Spans.Length; i++)
        {
            first[i] = history.MeanOfLast(Spans[i]) / level;
        }

        first[5] = history.DeviationOfLast(60) / level;
        first[6] = Math.Min(history.IdleWindows, 60);
        first[7] = Math.Log(level);
        for (var h = 1; h < Horizons.Count; h++)
        {
            first.CopyTo(rows[(h * Count)..]);
        }

        for (var h = 0; h < Horizons.Count; h++)
        {
            rows[(h * Count) + 8] = h;
        }
    }
}
