namespace RapidTuner.Telemetry.Conformance;

/// <summary>A test of a store that needs nothing beyond the file system.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StoreFactAttribute : FactAttribute;
