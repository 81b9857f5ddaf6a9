namespace RapidTuner.Http.Tuner;

/// <summary>Steps of one phase on one number of units.</summary>
/// <param name="Units">Units that they held.</param>
/// <param name="Steps">How many they were.</param>
/// <param name="P10S">10th percentile, seconds: of a decode step, or of prefill per 1,000 new tokens.</param>
/// <param name="P50S">Median.</param>
/// <param name="P90S">90th percentile.</param>
internal readonly record struct CurvePoint(int Units, int Steps, double P10S, double P50S, double P90S);
