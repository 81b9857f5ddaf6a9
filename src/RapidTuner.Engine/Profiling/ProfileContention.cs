namespace RapidTuner.Engine.Profiling;

/// <summary>A contention factor: latency beside the other phase over latency alone, at the same units.</summary>
/// <param name="Point">What was measured.</param>
/// <param name="Factor">The factor.</param>
/// <param name="Overlapped">True when both phases' units exceed the device.</param>
public sealed record ProfileContention(ProfilePoint Point, double Factor, bool Overlapped);
