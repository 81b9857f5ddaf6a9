namespace RapidTuner.Telemetry.Conformance;

/// <summary>A test of the conformance suite; SQLite is always there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StoreFactAttribute : FactAttribute;
