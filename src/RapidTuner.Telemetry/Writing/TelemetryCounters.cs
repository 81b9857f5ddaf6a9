namespace RapidTuner.Telemetry.Writing;

/// <summary>What became of one table's records; a snapshot.</summary>
/// <param name="Table">The table.</param>
/// <param name="Written">Records of this recorder that are committed.</param>
/// <param name="Dropped">Records given up: the ring or the waiting batch was full, or the store failed for too long.</param>
/// <param name="Acknowledged">Highest committed seq of the table in the store.</param>
public readonly record struct TelemetryCounters(string Table, long Written, long Dropped, long Acknowledged);
