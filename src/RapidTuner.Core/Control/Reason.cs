namespace RapidTuner.Core.Control;

/// <summary>Why a split was chosen: one member per branch of every policy and guardrail. Closed: free text is never used.</summary>
public enum Reason : byte
{
    /// <summary>No decision yet.</summary>
    None,

    /// <summary>A fixed split, by configuration.</summary>
    Fixed,

    /// <summary>Pinned by an operator.</summary>
    Pinned,

    /// <summary>No masks: both phases may use every unit.</summary>
    Overlap,

    /// <summary>Nothing to prefill: decode has what it wants.</summary>
    PrefillIdle,

    /// <summary>Nothing to decode: prefill has what it wants.</summary>
    DecodeIdle,

    /// <summary>Low load: both phases over-allocated (RAPID-Serve ARM).</summary>
    OverAllocated,

    /// <summary>The fewest decode units predicted to meet the ITL; the rest to prefill.</summary>
    SmallestDecode,

    /// <summary>No allowed decode share is predicted to meet the ITL; decode has the most it can.</summary>
    DecodeBound,

    /// <summary>The search favoured prefill within decode's slack (Nexus).</summary>
    PrefillFirst,

    /// <summary>The search favoured decode within prefill's slack, since KV is scarce (Nexus).</summary>
    DecodeFirst,

    /// <summary>The change was smaller than the hysteresis; the split stays.</summary>
    Hysteresis,

    /// <summary>Read from a table by decode batch size (pdmux).</summary>
    Table,

    /// <summary>Units moved to prefill because its latency is violated (Bullet).</summary>
    PrefillViolates,

    /// <summary>Units moved to decode because its latency is violated (Bullet).</summary>
    DecodeViolates,

    /// <summary>Both phases violate: the split that balances how badly (Bullet).</summary>
    Balanced,

    /// <summary>Chosen by the search of a planner with hindsight.</summary>
    Oracle,

    /// <summary>The running prefill ends within this decode step and nothing follows it: decode already takes every unit (Bullet).</summary>
    PrefillEnding,

    /// <summary>Too few decode tokens for a mask to pay: both phases may use every unit (ATOM).</summary>
    FewDecodeTokens,

    /// <summary>Both phases loaded: half the units each (ATOM).</summary>
    Half,
}
