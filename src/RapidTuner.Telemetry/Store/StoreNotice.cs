namespace RapidTuner.Telemetry.Store;

/// <summary>Something about the store that an operator must hear of, once per change of state.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Message">A sentence for a log.</param>
public readonly record struct StoreNotice(StoreNoticeKind Kind, string Message);
