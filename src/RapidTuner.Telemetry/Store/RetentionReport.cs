namespace RapidTuner.Telemetry.Store;

/// <summary>What one pass of retention did.</summary>
/// <param name="RolledUp">Windows that had to be made from narrower ones before those went.</param>
/// <param name="Deleted">Rows deleted by age, per table.</param>
/// <param name="DeletedForRoom">Rows deleted because the disk budget was reached, per table.</param>
public sealed record RetentionReport(long RolledUp, IReadOnlyDictionary<string, long> Deleted, IReadOnlyDictionary<string, long> DeletedForRoom);
