using RapidTuner.Learning.Forecasting.Methods;
using RapidTuner.Learning.Forecasting.Scoring;

namespace RapidTuner.Learning.Forecasting;

/// <summary>
/// One series: all methods side by side, scored as their horizons come due, the best one chosen for each horizon, with an
/// interval that answers to what came. Updates allocate nothing.
/// </summary>
public sealed class SeriesForecast
{
    private readonly IForecaster[] _methods;
    private readonly SeriesHistory _history = new();
    private readonly CandidateScores[] _scores = new CandidateScores[Horizons.Count];
    private readonly AdaptiveInterval[] _intervals = new AdaptiveInterval[Horizons.Count];
    private readonly double[] _said;
    private readonly Forecast[] _given;
    private readonly int[] _chosen = new int[Horizons.Count];
    private readonly double[] _means = new double[Horizons.Count];
    private double _most;

    /// <summary>A forecast that has seen nothing.</summary>
    /// <param name="trees">Trees trained for the series; null: the other methods alone.</param>
    public SeriesForecast(ForecastTrees? trees = null)
    {
        _methods =
        [
            new LastValue(), new Ewma(5), new Ewma(30), new Ewma(300), new HoltWinters(), new Kalman(), new AutoRegression(),
            .. trees is null ? Array.Empty<IForecaster>() : [new QuantileTrees(trees)],
        ];
        for (var h = 0; h < Horizons.Count; h++)
        {
            _scores[h] = new CandidateScores(_methods.Length, Horizons.Stride(h));
            _intervals[h] = new AdaptiveInterval();
        }

        _said = new double[SeriesHistory.Kept * Horizons.Count * _methods.Length];
        _given = new Forecast[SeriesHistory.Kept * Horizons.Count];
    }

    /// <summary>The methods, last value first.</summary>
    public IReadOnlyList<IForecaster> Methods => _methods;

    /// <summary>The method chosen for a horizon, an index into <see cref="Methods"/>.</summary>
    public int ChosenOf(int horizon) => _chosen[horizon];

    /// <summary>Mean absolute error of a method at a horizon / that of last value, from the rolling back-test; NaN before the first score.</summary>
    public double MaseOf(int horizon, int method)
    {
        var scores = _scores[horizon];
        var (own, last) = (scores.AbsoluteOf(method), scores.AbsoluteOf(0));
        return scores.Count == 0 ? double.NaN : own == last ? 1 : own / last;
    }

    /// <summary>Takes the next window's value: 0 or more and finite; anything else is a gap.</summary>
    public void Update(long startS, double value)
    {
        value = value >= 0 && double.IsFinite(value) ? value : double.NaN;
        _most = value > _most ? value : _most;
        _history.Add(value);
        Score();
        foreach (var method in _methods)
        {
            method.Update(startS, value);
        }

        Say();
    }

    /// <summary>The forecast at a horizon of <see cref="Horizons.S"/>.</summary>
    public Forecast At(int horizon) => _given[GivenAt(_history.Windows, horizon)];

    /// <summary>The forecast at any horizon, between two known ones by a straight line over time, beyond them as the nearest.</summary>
    /// <param name="horizonS">Seconds, 0 or more.</param>
    public Forecast At(double horizonS)
    {
        var after = 0;
        while (after < Horizons.Count && Horizons.S[after] < horizonS)
        {
            after++;
        }

        if (after == 0 || after == Horizons.Count)
        {
            return At(Math.Min(after, Horizons.Count - 1));
        }

        var (a, b) = (At(after - 1), At(after));
        var share = (horizonS - Horizons.S[after - 1]) / (Horizons.S[after] - Horizons.S[after - 1]);
        return new Forecast(Between(a.Mean, b.Mean), Between(a.Low, b.Low), Between(a.High, b.High), Math.Min(a.Scores, b.Scores));

        double Between(double x, double y) => x + (share * (y - x));
    }

    /// <summary>Forgets what it was updated with, as after a pause longer than the longest horizon; choices and scores stay.</summary>
    public void Restart()
    {
        foreach (var method in _methods)
        {
            method.Reset();
        }

        _history.Clear();
    }

    private static int GivenAt(long window, int horizon) => ((int)(window & (SeriesHistory.Kept - 1)) * Horizons.Count) + horizon;

    private Span<double> SaidAt(long window, int horizon) => _said.AsSpan(GivenAt(window, horizon) * _methods.Length, _methods.Length);

    /// <summary>Scores what was said a horizon ago, where every window since was measured.</summary>
    private void Score()
    {
        for (var h = 0; h < Horizons.Count; h++)
        {
            var windows = Horizons.Windows(h);
            var then = _history.Windows - windows;
            if (then < 1 || then % Horizons.Stride(h) != 0 || !_history.IsWhole(windows))
            {
                continue;
            }

            var came = _history.MeanOfLast(windows);
            var given = _given[GivenAt(then, h)];
            _scores[h].Add(SaidAt(then, h), came);
            _intervals[h].Add(given.Mean, given.Low, given.High, came);
            _chosen[h] = Choice.Of(_scores[h], _methods.Length, _chosen[h]);
        }
    }

    private void Say()
    {
        for (var m = 0; m < _methods.Length; m++)
        {
            _methods[m].Forecast(_means);
            for (var h = 0; h < Horizons.Count; h++)
            {
                SaidAt(_history.Windows, h)[m] = _means[h];
            }
        }

        var shorter = default(AdaptiveInterval);
        for (var h = 0; h < Horizons.Count; h++)
        {
            // What has no scores of its own yet goes by the next shorter horizon.
            if (h > 0 && _scores[h].Count < Choice.ScoresMin)
            {
                _chosen[h] = _chosen[h - 1];
            }

            shorter = _intervals[h].IsReady ? _intervals[h] : shorter;
            var mean = SaidAt(_history.Windows, h)[_chosen[h]];
            var (low, high) = shorter?.Around(mean) ?? (0, Math.Max(2 * mean, _most));
            _given[GivenAt(_history.Windows, h)] = new Forecast(mean, Math.Min(low, mean), Math.Max(high, mean), shorter?.Scores ?? 0);
        }
    }
}
