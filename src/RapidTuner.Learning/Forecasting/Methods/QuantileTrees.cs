namespace RapidTuner.Learning.Forecasting.Methods;

/// <summary>Trained trees over one series.</summary>
internal sealed class QuantileTrees(ForecastTrees trees) : IForecaster
{
    private readonly SeriesHistory _history = new();
    private readonly double[] _rows = new double[ForecastInputs.Count * Horizons.Count];

    public string Name => "trees";

    public void Update(long startS, double value) => _history.Add(value);

    public void Forecast(Span<double> means)
    {
        var level = ForecastInputs.LevelOf(_history);
        if (!(level > 0))
        {
            means.Clear();
            return;
        }

        ForecastInputs.Fill(_history, level, _rows);
        trees.Predict(_rows, means);
        for (var h = 0; h < means.Length; h++)
        {
            means[h] = Math.Max(0, means[h] * level);
        }
    }

    public void Reset() => _history.Clear();
}
