namespace RapidTuner.Control.Trust;

/// <summary>Whose decisions are in force.</summary>
public enum Arm : byte
{
    /// <summary>The model that decides.</summary>
    Champion,

    /// <summary>The model that wants to.</summary>
    Challenger,
}
