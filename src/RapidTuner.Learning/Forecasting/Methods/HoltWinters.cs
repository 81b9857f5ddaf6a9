namespace RapidTuner.Learning.Forecasting.Methods;

/// <summary>
/// Level, damped trend (Gardner and McKenzie 1985) and, once a day has passed, a factor by time of day (Winters 1960).
/// </summary>
internal sealed class HoltWinters : IForecaster
{
    /// <summary>Weight of a window in the level; chosen: half of it is from the last 7 s.</summary>
    private const double LevelWeight = 0.1;

    /// <summary>Weight of a change of level in the trend; chosen small, as arrivals scatter.</summary>
    private const double TrendWeight = 0.01;

    /// <summary>What is left of the trend after a second; chosen: a ramp is followed for about a minute.</summary>
    private const double Damping = 0.98;

    private readonly DayProfile _day = new();
    private readonly double[] _trendOf = new double[Horizons.Count];
    private double _level;
    private double _trend;
    private long _nowS;
    private int _count;

    public HoltWinters()
    {
        for (var h = 0; h < _trendOf.Length; h++)
        {
            // The trend's mean over windows 1 … n: (1/n) Σᵢ Σⱼ≤ᵢ φʲ.
            var n = Horizons.Windows(h);
            var reached = Damping * (1 - Math.Pow(Damping, n)) / (1 - Damping);
            _trendOf[h] = Damping / (1 - Damping) * (1 - (reached / n));
        }
    }

    public string Name => "holt-winters";

    public void Update(long startS, double value)
    {
        _nowS = startS + 1;
        if (double.IsNaN(value))
        {
            return;
        }

        _count = Math.Min(_count + 1, int.MaxValue - 1);
        var weight = Math.Max(LevelWeight, 1.0 / _count);
        var expected = _level + (Damping * _trend);
        var miss = value - expected;
        _level = expected + (weight * miss);
        _trend = _count == 1 ? 0 : (Damping * _trend) + (LevelWeight * TrendWeight * miss);
        _day.Add(startS, value);
    }

    public void Forecast(Span<double> means)
    {
        for (var h = 0; h < means.Length; h++)
        {
            var season = _day.Factor(_nowS, _nowS + (Horizons.S[h] / 2));
            means[h] = Math.Max(0, (_level + (_trendOf[h] * _trend)) * season);
        }
    }

    public void Reset() => (_level, _trend, _nowS, _count) = (0, 0, 0, 0);
}
