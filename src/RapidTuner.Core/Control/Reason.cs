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

    /// <summary>Guardrail: the last change is too recent; the split stays.</summary>
    Dwell,

    /// <summary>Guardrail: decode got more units than was wanted, since fewer cannot meet its limit or did not.</summary>
    SloFloor,

    /// <summary>Guardrail: no model of this device and feature schema; the RAPID rule decides.</summary>
    ModelMissing,

    /// <summary>Guardrail: the model is older than allowed; the RAPID rule decides.</summary>
    ModelStale,

    /// <summary>Guardrail: the plan in force is older than allowed; the RAPID rule decides.</summary>
    PlanStale,

    /// <summary>Guardrail: the model gave no finite number; the RAPID rule decides.</summary>
    PredictionMissing,

    /// <summary>Guardrail: the model is too unsure; the RAPID rule decides.</summary>
    IntervalWide,

    /// <summary>Guardrail: the model's inputs are outside what it was trained on; the RAPID rule decides.</summary>
    OutOfRange,

    /// <summary>Guardrail: what was observed is incomplete or impossible; the RAPID rule decides.</summary>
    SignalsMissing,

    /// <summary>Guardrail: the observation does not change any more; the RAPID rule decides.</summary>
    SnapshotFrozen,

    /// <summary>Guardrail: the engine's clock jumped; the RAPID rule decides until it runs evenly again.</summary>
    ClockJump,

    /// <summary>Guardrail: the KV cache is nearly full; the RAPID rule decides.</summary>
    KvPressure,

    /// <summary>Guardrail: the split changed so often that changing it costs too much; it stays for a while.</summary>
    Flapping,

    /// <summary>Alarm: the tuner wants the same split whatever the load, where the RAPID rule would change it.</summary>
    Inert,

    /// <summary>Chance chose this plan, to learn from it.</summary>
    Explored,

    /// <summary>Decode waits for the running prefill step to end, so that the sequences that it completes join without a wait.</summary>
    Held,

    /// <summary>Guardrail: predictions of late were no better than a running mean of what was measured; the RAPID rule decides.</summary>
    PredictionWrong,

    /// <summary>Switchback: a block begins in which the other arm decides.</summary>
    Switchback,

    /// <summary>The challenger proved better and decides from now on.</summary>
    Promoted,

    /// <summary>The challenger was withdrawn: its predecessor did better in the blocks held back for it, or attainment fell; the predecessor decides again.</summary>
    RolledBack,

    /// <summary>Both phases in one hybrid step on all units, with as large a chunk as decode's deadlines allow.</summary>
    Fused,

    /// <summary>The engine is slow to apply a split: the one that the latest plan chose stays until the next.</summary>
    Planned,
}
