using RapidTuner.Learning.Forecasting.Methods;
using RapidTuner.Learning.Forecasting.Scoring;

namespace RapidTuner.Learning.Forecasting;

/// <summary>
/// One series: all methods side by side, scored as their horizons come due, the best one chosen for each horizon, with an
/// interval that answers to what came. Updates allocate nothing.
/// </summary>
public sealed class SeriesForecast
{
    private readonly QuantileTrees _trees = new();
    private readonly IForecaster[] _methods;
    private readonly int _places;
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
        _methods = [new LastValue(), new Ewma(5), new Ewma(30), new Ewma(300), new HoltWinters(), new Kalman(), new AutoRegression(), _trees];
        _places = (_methods.Length + CandidateScores.Lanes - 1) / CandidateScores.Lanes * CandidateScores.Lanes;
        for (var h = 0; h < Horizons.Count; h++)
        {
            _scores[h] = new CandidateScores(_places, Horizons.Stride(h), Horizons.Windows(h));
            _intervals[h] = new AdaptiveInterval(Horizons.Stride(h));
        }

        _said = new double[SeriesHistory.Kept * Horizons.Count * _places];
        _given = new Forecast[SeriesHistory.Kept * Horizons.Count];
        _trees.Use(trees);
    }

    /// <summary>The methods, last value first; the trees, last, take part once there are any.</summary>
    public IReadOnlyList<IForecaster> Methods => _methods;

    /// <summary>Methods that take part.</summary>
    private int Candidates => _trees.AreThere ? _methods.Length : _methods.Length - 1;

    /// <summary>
    /// Takes trees into use, in place of those before, or none. All scores start anew: trees trained on the windows that others were
    /// scored on would look better than they are. Choices and intervals stay until there are new scores.
    /// </summary>
    public void Use(ForecastTrees? trees)
    {
        _trees.Use(trees);
        for (var h = 0; h < Horizons.Count; h++)
        {
            _scores[h].Clear();
            _chosen[h] = _chosen[h] < Candidates ? _chosen[h] : 0;
        }
    }

    /// <summary>The method chosen for a horizon, an index into <see cref="Methods"/>.</summary>
    public int ChosenOf(int horizon) => _chosen[horizon];

    /// <summary>Mean absolute error of a method at a horizon / that of last value, from the rolling back-test; NaN before the first score.</summary>
    public double MaseOf(int horizon, int method)
    {
        var scores = _scores[Math.Max(horizon, Horizons.First)];
        var (own, last) = (scores.AbsoluteOf(method), scores.AbsoluteOf(0));
        return scores.Count == 0 || method >= Candidates ? double.NaN : own == last ? 1 : own / last;
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
    public Forecast At(int horizon) => _given[GivenAt(_history.Windows, Math.Max(horizon, Horizons.First))];

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

    private Span<double> SaidAt(long window, int horizon) => _said.AsSpan(GivenAt(window, horizon) * _places, _places);

    /// <summary>Scores what was said a horizon ago, where every window since was measured.</summary>
    private void Score()
    {
        for (var h = Horizons.First; h < Horizons.Count; h++)
        {
            var windows = Horizons.Windows(h);
            var then = _history.Windows - windows;
            if (then < 1 || then % Horizons.Stride(h) != 0 || !_history.IsWhole(windows))
            {
                continue;
            }

            var came = _history.MeanOfLast(windows);
            ref readonly var given = ref _given[GivenAt(then, h)];
            _scores[h].Add(SaidAt(then, h), came);
            _intervals[h].Add(given.Mean, given.Low, given.High, came);
            _chosen[h] = Choice.Of(_scores[h], Candidates, _chosen[h], _chosen[Math.Max(h - 1, Horizons.First)]);
        }

        _chosen[0] = _chosen[Horizons.First];
    }

    private void Say()
    {
        var said = _said.AsSpan(GivenAt(_history.Windows, 0) * _places, Horizons.Count * _places);
        for (var m = 0; m < _methods.Length; m++)
        {
            _methods[m].Forecast(_means);
            for (var h = 0; h < _means.Length; h++)
            {
                said[(h * _places) + m] = _means[h];
            }
        }

        var shorter = default(AdaptiveInterval);
        for (var h = Horizons.First; h < Horizons.Count; h++)
        {
            // What has no scores of its own yet goes by the next shorter horizon.
            if (h > Horizons.First && _scores[h].Count < Choice.ScoresMin && !_intervals[h].IsReady)
            {
                _chosen[h] = _chosen[h - 1];
            }

            shorter = _intervals[h].IsReady ? _intervals[h] : shorter;
            var mean = said[(h * _places) + _chosen[h]];
            var (low, high) = shorter?.Around(mean) ?? (0, Math.Max(2 * mean, _most));
            _given[GivenAt(_history.Windows, h)] = new Forecast(mean, Math.Min(low, mean), Math.Max(high, mean), shorter?.Scores ?? 0);
        }
    }
}
