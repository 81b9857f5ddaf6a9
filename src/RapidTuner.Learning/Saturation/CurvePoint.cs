namespace RapidTuner.Learning.Saturation;

/// <summary>One point of a saturation curve.</summary>
/// <param name="Units">Units.</param>
/// <param name="P50S">Median latency, seconds.</param>
/// <param name="LowS">Lower end of its 90 % interval, seconds.</param>
/// <param name="HighS">Upper end of its 90 % interval, seconds.</param>
public readonly record struct CurvePoint(int Units, double P50S, double LowS, double HighS);
