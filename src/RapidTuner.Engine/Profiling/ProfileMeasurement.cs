namespace RapidTuner.Engine.Profiling;

/// <summary>What was measured at a point.</summary>
/// <param name="MedianS">Median latency, seconds.</param>
/// <param name="LowS">10th percentile, seconds.</param>
/// <param name="HighS">90th percentile, seconds.</param>
/// <param name="Repeats">Steps measured.</param>
/// <param name="ClockHz">Mean clock of the units meanwhile, Hz; NaN where unknown.</param>
/// <param name="PowerW">Mean power meanwhile, watts; NaN where unknown.</param>
/// <param name="Throttled">True when the device held its clock down for heat or power meanwhile.</param>
public readonly record struct ProfileMeasurement(double MedianS, double LowS, double HighS, int Repeats, double ClockHz, double PowerW, bool Throttled)
{
    /// <summary>Summarises step times, nearest-rank.</summary>
    /// <param name="stepsS">Step times, seconds; at least one. Sorted in place.</param>
    /// <param name="clockHz">Mean clock, Hz.</param>
    /// <param name="powerW">Mean power, watts.</param>
    /// <param name="throttled">Whether the clock was held down.</param>
    public static ProfileMeasurement Of(Span<double> stepsS, double clockHz = double.NaN, double powerW = double.NaN, bool throttled = false)
    {
        ArgumentOutOfRangeException.ThrowIfZero(stepsS.Length, nameof(stepsS));
        stepsS.Sort();
        return new ProfileMeasurement(Rank(stepsS, 0.5), Rank(stepsS, 0.1), Rank(stepsS, 0.9), stepsS.Length, clockHz, powerW, throttled);
    }

    private static double Rank(ReadOnlySpan<double> sorted, double q) => sorted[Math.Clamp((int)Math.Ceiling(q * sorted.Length) - 1, 0, sorted.Length - 1)];
}
