using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Bench.Forecasting;

/// <summary>Errors of every method and of the chosen forecasts, per horizon, reckoned from the values themselves.</summary>
internal sealed class ForecastTally(int methods)
{
    private readonly double[] _means = new double[Horizons.Count];
    private readonly double[,] _errors = new double[Horizons.Count, methods];
    private readonly double[] _chosen = new double[Horizons.Count];
    private readonly double[] _inside = new double[Horizons.Count];
    private readonly double[] _width = new double[Horizons.Count];
    private readonly double[] _came = new double[Horizons.Count];
    private readonly int[] _count = new int[Horizons.Count];

    /// <summary>Mean absolute error / last value's at the same horizon.</summary>
    public double MaseOf(int horizon, int method) => _errors[horizon, method] / _errors[horizon, 0];

    /// <summary>The same for the forecasts that were given.</summary>
    public double MaseOfChosen(int horizon) => _chosen[horizon] / _errors[horizon, 0];

    /// <summary>Share of what came that lay in the interval.</summary>
    public double Coverage(int horizon) => _inside[horizon] / _count[horizon];

    /// <summary>Mean width of the interval / mean of the series.</summary>
    public double Width(int horizon) => _width[horizon] / _came[horizon];

    /// <summary>Scores what was said after window <paramref name="now"/>, where the trace goes on long enough.</summary>
    public void Add(SeriesForecast series, double[] values, int now)
    {
        for (var h = 0; h < Horizons.Count; h++)
        {
            var windows = (int)Math.Ceiling(Horizons.S[h]);
            if (now + windows >= values.Length)
            {
                continue;
            }

            var came = 0.0;
            for (var w = now + 1; w <= now + windows; w++)
            {
                came += values[w] / windows;
            }

            var given = series.At(h);
            _chosen[h] += Math.Abs(given.Mean - came);
            _inside[h] += came >= given.Low && came <= given.High ? 1 : 0;
            _width[h] += given.High - given.Low;
            _came[h] += came;
            _count[h]++;
            for (var m = 0; m < methods; m++)
            {
                series.Methods[m].Forecast(_means);
                _errors[h, m] += Math.Abs(_means[h] - came);
            }
        }
    }
}
