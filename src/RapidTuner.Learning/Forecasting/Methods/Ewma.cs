namespace RapidTuner.Learning.Forecasting.Methods;

/// <summary>Exponentially weighted mean. Starts as the plain mean, so that the first value does not linger.</summary>
/// <param name="halfLifeS">Age at which a window counts half, seconds, above 0.</param>
internal sealed class Ewma(double halfLifeS) : IForecaster
{
    private readonly double _weight = 1 - Math.Pow(0.5, 1 / halfLifeS);
    private double _level;
    private int _count;

    public string Name { get; } = $"ewma-{halfLifeS:0}s";

    public void Update(long startS, double value)
    {
        if (!double.IsNaN(value))
        {
            _count = Math.Min(_count + 1, int.MaxValue - 1);
            _level += Math.Max(_weight, 1.0 / _count) * (value - _level);
        }
    }

    public void Forecast(Span<double> means) => means.Fill(_level);

    public void Reset() => (_level, _count) = (0, 0);
}
