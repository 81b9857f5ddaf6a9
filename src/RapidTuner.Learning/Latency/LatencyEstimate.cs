namespace RapidTuner.Learning.Latency;

/// <summary>A predicted step with its interval.</summary>
/// <param name="P50S">Median, seconds.</param>
/// <param name="P95S">95 % of steps take at most this, seconds.</param>
/// <param name="LowS">Lower end of the 90 % interval, seconds.</param>
/// <param name="HighS">Upper end of the 90 % interval, seconds.</param>
public readonly record struct LatencyEstimate(double P50S, double P95S, double LowS, double HighS);
