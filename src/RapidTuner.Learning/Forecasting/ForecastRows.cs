namespace RapidTuner.Learning.Forecasting;

/// <summary>A series' past as rows to learn from.</summary>
/// <param name="Columns">One array per input of <see cref="ForecastInputs"/>.</param>
/// <param name="Target">What came, as a multiple of the level.</param>
/// <param name="Window">The window that each row looks back from.</param>
internal sealed record ForecastRows(double[][] Columns, double[] Target, int[] Window)
{
    /// <summary>Makes rows from every window and horizon whose whole time to come was measured, thinned to at most <paramref name="rowsMax"/>.</summary>
    public static ForecastRows Of(ReadOnlySpan<double> values, int rowsMax)
    {
        var columns = new List<double>[ForecastInputs.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = [];
        }

        var target = new List<double>();
        var window = new List<int>();
        var (sums, gaps) = Sums(values);
        var every = Math.Max(1, (int)Math.Ceiling((double)values.Length * Horizons.Count / rowsMax));
        var history = new SeriesHistory();
        var rows = new double[ForecastInputs.Count * Horizons.Count];
        for (var now = 1; now < values.Length; now++)
        {
            history.Add(values[now - 1]);
            var level = ForecastInputs.LevelOf(history);
            if (now % every != 0 || !(level > 0))
            {
                continue;
            }

            ForecastInputs.Fill(history, level, rows);
            for (var h = 0; h < Horizons.Count; h++)
            {
                var until = now + Horizons.Windows(h);
                if (until <= values.Length && gaps[until] == gaps[now])
                {
                    window.Add(now);
                    target.Add((sums[until] - sums[now]) / (until - now) / level);
                    for (var i = 0; i < columns.Length; i++)
                    {
                        columns[i].Add(rows[(h * ForecastInputs.Count) + i]);
                    }
                }
            }
        }

        return new ForecastRows([.. columns.Select(c => c.ToArray())], [.. target], [.. window]);
    }

    /// <summary>Sums and gaps of the windows before each.</summary>
    internal static (double[] Sums, int[] Gaps) Sums(ReadOnlySpan<double> values)
    {
        var (sums, gaps) = (new double[values.Length + 1], new int[values.Length + 1]);
        for (var i = 0; i < values.Length; i++)
        {
            var isGap = double.IsNaN(values[i]);
            sums[i + 1] = sums[i] + (isGap ? 0 : values[i]);
            gaps[i + 1] = gaps[i] + (isGap ? 1 : 0);
        }

        return (sums, gaps);
    }
}
