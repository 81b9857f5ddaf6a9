namespace RapidTuner.Learning.Registry;

/// <summary>What a model of the registry is at present.</summary>
public enum ModelStatus : byte
{
    /// <summary>It passed its gate and waits to be promoted.</summary>
    Challenger,

    /// <summary>It is used.</summary>
    Champion,

    /// <summary>It was the champion once.</summary>
    Retired,

    /// <summary>It failed its gate: kept, never used.</summary>
    Failed,

    /// <summary>It travels with the program and is used where there is no champion of one's own.</summary>
    Shipped,
}
