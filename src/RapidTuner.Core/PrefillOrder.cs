namespace RapidTuner.Core;

/// <summary>Which waiting prompt is computed next.</summary>
public enum PrefillOrder : byte
{
    /// <summary>Shortest prompt first with ageing: least (uncached tokens − γ·wait). DESIGN §4.</summary>
    Spf,

    /// <summary>First come, first served.</summary>
    Fcfs,
}
