namespace RapidTuner.Learning.Forecasting.Methods;

/// <summary>Trained trees over one series; without any it forecasts 0.</summary>
internal sealed class QuantileTrees : IForecaster
{
    private readonly SeriesHistory _history = new();
    private readonly double[] _rows = new double[ForecastInputs.Count * Horizons.Count];
    private ForecastTrees? _trees;

    public string Name => "trees";

    /// <summary>True when there are trees.</summary>
    public bool AreThere => _trees is not null;

    /// <summary>Takes trees into use, or none.</summary>
    public void Use(ForecastTrees? trees) => _trees = trees;

    public void Update(long startS, double value) => _history.Add(value);

    public void Forecast(Span<double> means)
    {
        var level = ForecastInputs.LevelOf(_history);
        if (_trees is null || !(level > 0))
        {
            means.Clear();
            return;
        }

        ForecastInputs.Fill(_history, level, _rows);
        _trees.Predict(_rows, means);
        for (var h = 0; h < means.Length; h++)
        {
            means[h] = _trees.Serves(h) ? Math.Max(0, means[h] * level) : _history.Last;
        }
    }

    public void Reset() => _history.Clear();
}
