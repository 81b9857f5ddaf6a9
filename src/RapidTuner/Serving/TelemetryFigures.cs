namespace RapidTuner.Serving;

/// <summary>How the record keeping stands.</summary>
/// <param name="Written">Samples handed to the store.</param>
/// <param name="Dropped">Samples dropped since the ring was full.</param>
/// <param name="Acknowledged">Per table, the highest committed value of its <c>seq</c> column.</param>
internal readonly record struct TelemetryFigures(long Written, long Dropped, IReadOnlyDictionary<string, long> Acknowledged);
