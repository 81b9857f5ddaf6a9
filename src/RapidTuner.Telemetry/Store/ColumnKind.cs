namespace RapidTuner.Telemetry.Store;

/// <summary>What a column holds; every store maps it to a type of its own.</summary>
public enum ColumnKind
{
    /// <summary>A whole number of up to 64 bits.</summary>
    Whole,

    /// <summary>A double.</summary>
    Real,

    /// <summary>Unicode text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Blob,
}
