namespace RapidTuner.Learning.Forecasting.Methods;

/// <summary>What was, will be: the baseline that every other method has to beat.</summary>
internal sealed class LastValue : IForecaster
{
    private double _last;

    public string Name => "last";

    public void Update(long startS, double value) => _last = double.IsNaN(value) ? _last : value;

    public void Forecast(Span<double> means) => means.Fill(_last);

    public void Reset() => _last = 0;
}
