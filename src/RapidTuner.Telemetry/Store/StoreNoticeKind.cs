namespace RapidTuner.Telemetry.Store;

/// <summary>What happened to a store.</summary>
public enum StoreNoticeKind
{
    /// <summary>Writes fail; they are tried again.</summary>
    Failing,

    /// <summary>Writes succeed again.</summary>
    Recovered,

    /// <summary>A damaged file was set aside and a new one begun.</summary>
    SetAside,

    /// <summary>An older schema was brought up to date.</summary>
    Migrated,

    /// <summary>Records were given up.</summary>
    Dropped,

    /// <summary>The disk budget was reached and old records were deleted before their time.</summary>
    OverBudget,
}
