namespace RapidTuner.Learning.Forecasting.Methods;

/// <summary>
/// A level that walks, seen through noise. Both variances are read from the differences of following values, whose variance is
/// Q + 2R and whose covariance with the next is −R (Mehra 1970), so that the gain fits the series by itself.
/// </summary>
internal sealed class Kalman : IForecaster
{
    /// <summary>Half-life of the moments, windows; chosen: long against noise, short against a change of regime.</summary>
    private const double MomentsHalfLife = 300;

    /// <summary>Share of the noise below which a walk cannot be told from none; chosen: the gain never falls under about 1 %.</summary>
    private const double WalkShareMin = 1e-4;

    private readonly double _weight = 1 - Math.Pow(0.5, 1 / MomentsHalfLife);
    private double _level;
    private double _last;
    private double _lastDifference;
    private double _variance;
    private double _covariance;
    private int _count;

    public string Name => "kalman";

    public void Update(long startS, double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        _count = Math.Min(_count + 1, int.MaxValue - 1);
        if (_count == 1)
        {
            (_level, _last) = (value, value);
            return;
        }

        var difference = value - _last;
        var weight = Math.Max(_weight, 1.0 / (_count - 1));
        _variance += weight * ((difference * difference) - _variance);
        if (_count > 2)
        {
            _covariance += Math.Max(_weight, 1.0 / (_count - 2)) * ((difference * _lastDifference) - _covariance);
        }

        (_last, _lastDifference) = (value, difference);
        _level += Gain() * (value - _level);
    }

    public void Forecast(Span<double> means) => means.Fill(Math.Max(0, _level));

    public void Reset() => (_level, _last, _lastDifference, _variance, _covariance, _count) = (0, 0, 0, 0, 0, 0);

    private double Gain()
    {
        var noise = Math.Clamp(-_covariance, 0, _variance / 2);
        if (!(noise > 0))
        {
            return 1;
        }

        var walk = Math.Max(_variance - (2 * noise), WalkShareMin * noise);
        var predicted = 0.5 * (walk + Math.Sqrt((walk * walk) + (4 * walk * noise)));
        return Math.Max(predicted / (predicted + noise), 1.0 / _count);
    }
}
