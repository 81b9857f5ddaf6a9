namespace RapidTuner.Learning.Forecasting;

/// <summary>
/// Forecasts one series of one-second windows. Update and forecast allocate nothing; the same windows give the same forecasts to
/// the bit. A gap (NaN) changes nothing but time. Forecasts are finite and never negative.
/// </summary>
public interface IForecaster
{
    /// <summary>Its name in tables.</summary>
    string Name { get; }

    /// <summary>Takes the next window.</summary>
    /// <param name="startS">Start of the window, seconds; follows the last one's by 1.</param>
    /// <param name="value">The series' value, 0 or more; NaN: a gap.</param>
    void Update(long startS, double value);

    /// <summary>Expected means over <see cref="Horizons.S"/>; zeros before the first value.</summary>
    /// <param name="means">One per horizon.</param>
    void Forecast(Span<double> means);

    /// <summary>Forgets the recent past, as after a long pause; what was learned over days may stay.</summary>
    void Reset();
}
