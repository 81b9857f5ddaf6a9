namespace RapidTuner.Telemetry.Store;

/// <summary>What is wrong with a store.</summary>
public enum StoreFault
{
    /// <summary>Busy, locked, out of reach or out of space: it may come back by itself, so trying again makes sense.</summary>
    Unavailable,

    /// <summary>Another process writes to it.</summary>
    InUse,

    /// <summary>A later version of the program wrote it.</summary>
    Newer,

    /// <summary>It is damaged.</summary>
    Corrupt,

    /// <summary>It cannot be written: rights, or a read-only medium.</summary>
    ReadOnly,

    /// <summary>It holds nothing that this program knows.</summary>
    Foreign,
}
