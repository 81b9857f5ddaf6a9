namespace RapidTuner.Learning.Forecasting.Methods;

/// <summary>
/// Auto-regression on means over several spans (Corsi 2009), one for each horizon: the mean to come, less the mean of the last
/// 300 s, is a weighted sum of how far the last 1, 5, 30 and 120 s lie from it. Weights are least squares with forgetting and a
/// ridge, so that a constant load, where nothing can be learned, is forecast as it is.
/// </summary>
internal sealed class AutoRegression : IForecaster
{
    private const int BaseWindows = 300;

    /// <summary>Half-life of what was learned, windows; chosen: a quarter of an hour.</summary>
    private const double HalfLife = 900;

    /// <summary>Ridge, as a share of the mean diagonal; chosen just large enough to keep the equations regular.</summary>
    private const double RidgeShare = 0.02;

    /// <summary>Windows before the weights are used; until then the forecast is the last 30 s' mean.</summary>
    private const int WindowsMin = 60;

    /// <summary>Observations between two solutions: one more of hundreds changes little.</summary>
    private const int SolveEvery = 4;

    private static readonly int[] Spans = [1, 5, 30, 120];

    private readonly SeriesHistory _history = new();
    private readonly double[] _inputs = new double[SeriesHistory.Kept * 5];
    private readonly NormalEquations[] _equations = new NormalEquations[Horizons.Count];

    public AutoRegression()
    {
        for (var h = 0; h < _equations.Length; h++)
        {
            _equations[h] = new NormalEquations(Math.Pow(0.5, Horizons.Stride(h) / HalfLife), RidgeShare);
        }
    }

    public string Name => "ar";

    public void Update(long startS, double value)
    {
        _history.Add(value);
        Keep();
        for (var h = 0; h < _equations.Length; h++)
        {
            var windows = Horizons.Windows(h);
            if (_history.Windows > windows && _history.Windows % Horizons.Stride(h) == 0 && _history.IsWhole(windows))
            {
                Learn(h, windows);
            }
        }
    }

    public void Forecast(Span<double> means)
    {
        var inputs = InputsAt(_history.Windows);
        var level = inputs[Spans.Length];
        if (double.IsNaN(level))
        {
            means.Fill(double.IsNaN(_history.Last) ? 0 : _history.Last);
            return;
        }

        for (var h = 0; h < means.Length; h++)
        {
            var weights = _equations[h].Weights;
            var sum = level;
            if (_equations[h].Count < Math.Max(2, WindowsMin / Horizons.Stride(h)))
            {
                sum += inputs[2];
            }
            else
            {
                for (var i = 0; i < Spans.Length; i++)
                {
                    sum += weights[i] * inputs[i];
                }
            }

            means[h] = double.IsFinite(sum) ? Math.Max(0, sum) : level;
        }
    }

    public void Reset()
    {
        _history.Clear();
        foreach (var equations in _equations)
        {
            equations.Clear();
        }
    }

    private Span<double> InputsAt(long window) => _inputs.AsSpan((int)(window & (SeriesHistory.Kept - 1)) * (Spans.Length + 1), Spans.Length + 1);

    private void Keep()
    {
        var inputs = InputsAt(_history.Windows);
        var level = _history.MeanOfLast(BaseWindows);
        for (var i = 0; i < Spans.Length; i++)
        {
            var mean = _history.MeanOfLast(Spans[i]);
            inputs[i] = double.IsNaN(mean) ? 0 : mean - level;
        }

        inputs[Spans.Length] = level;
    }

    private void Learn(int horizon, int windows)
    {
        var then = InputsAt(_history.Windows - windows);
        var level = then[Spans.Length];
        if (!double.IsNaN(level))
        {
            _equations[horizon].Add(then[..Spans.Length], _history.MeanOfLast(windows) - level);
            if (_equations[horizon].Count % SolveEvery == 0)
            {
                _equations[horizon].Solve();
            }
        }
    }
}
