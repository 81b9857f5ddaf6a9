namespace RapidTuner.Engine.Profiling;

/// <summary>A measured point.</summary>
public readonly record struct ProfileRow(ProfilePoint Point, ProfileMeasurement Measured);
