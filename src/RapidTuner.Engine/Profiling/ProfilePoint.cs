namespace RapidTuner.Engine.Profiling;

/// <summary>Something to be measured: a step alone, or a step while steps of the other phase run all along.</summary>
/// <param name="Step">The step whose latency is measured.</param>
/// <param name="Beside">The other phase's step; null for alone.</param>
public readonly record struct ProfilePoint(ProfileStep Step, ProfileStep? Beside = null);
