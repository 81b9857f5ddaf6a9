using RapidTuner.Learning.Forecasting.Methods;

namespace RapidTuner.Learning.Forecasting.Training;

/// <summary>Trees run over a past second by second, their errors at every horizon beside those of last value.</summary>
internal static class ForecastBacktest
{
    /// <summary>An error below this share of what came is rounding.</summary>
    private const double RoundingShare = 1e-9;

    /// <summary>Tells every error.</summary>
    /// <param name="window">Windows seen when it was said.</param>
    /// <param name="horizon">Index into <see cref="Horizons.S"/>.</param>
    /// <param name="error">Absolute error of the trees.</param>
    /// <param name="last">Absolute error of last value.</param>
    public delegate void Told(int window, int horizon, double error, double last);

    /// <summary>Runs over <paramref name="values"/> and tells the errors of forecasts made from <paramref name="from"/> windows on.</summary>
    public static void Run(ReadOnlySpan<double> values, int from, ForecastTrees trees, Told told)
    {
        var (sums, gaps) = ForecastRows.Sums(values);
        var (method, naive) = (new QuantileTrees(), new LastValue());
        method.Use(trees);
        var (said, last) = (new double[Horizons.Count], new double[Horizons.Count]);
        for (var now = 1; now < values.Length; now++)
        {
            method.Update(now - 1, values[now - 1]);
            naive.Update(now - 1, values[now - 1]);
            if (now < from)
            {
                continue;
            }

            method.Forecast(said);
            naive.Forecast(last);
            for (var h = 0; h < Horizons.Count; h++)
            {
                var until = now + Horizons.Windows(h);
                if (until <= values.Length && gaps[until] == gaps[now])
                {
                    var came = (sums[until] - sums[now]) / (until - now);
                    told(now, h, ErrorOf(said[h], came), ErrorOf(last[h], came));
                }
            }
        }
    }

    /// <summary>Mean errors per horizon of forecasts made from <paramref name="from"/> windows on.</summary>
    public static HorizonScore[] Scores(ReadOnlySpan<double> values, int from, ForecastTrees trees)
    {
        var (errors, lasts, counts) = (new double[Horizons.Count], new double[Horizons.Count], new long[Horizons.Count]);
        Run(values, from, trees, (_, h, error, last) =>
        {
            errors[h] += error;
            lasts[h] += last;
            counts[h]++;
        });
        return [.. Enumerable.Range(0, Horizons.Count).Select(h => new HorizonScore(Horizons.S[h], counts[h], errors[h] / Math.Max(1, counts[h]), lasts[h] / Math.Max(1, counts[h])))];
    }

    private static double ErrorOf(double said, double came) => Math.Abs(said - came) is var error && error <= RoundingShare * came ? 0 : error;
}
