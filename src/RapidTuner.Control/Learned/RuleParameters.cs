using RapidTuner.Core;

namespace RapidTuner.Control.Learned;

/// <summary>
/// The handful of numbers that the fast rule obeys (DESIGN §6). A planner chooses among sets of them; immutable, so that a plan is
/// published by one reference.
/// </summary>
internal sealed record RuleParameters
{
    /// <summary>Where a policy with every lever begins. Source: chosen on the earlier halves of the core cells' traces (docs/results/policies.md).</summary>
    public static RuleParameters AllLevers { get; } = new() { ChunkTokens = 384, DemotionShare = 1 };

    /// <summary>Order and chunk stay as they are given; nothing is demoted.</summary>
    public static RuleParameters SplitOnly(PrefillOrder order, int chunkTokens) => new() { Order = order, ChunkTokens = chunkTokens };

    /// <summary>Share of the ITL limit that a decode step, waits included, may be predicted to take, 0 to 1.</summary>
    public double Margin { get; init; } = 0.9;

    /// <summary>
    /// Longest predicted decode step beside prefill that is aimed at, in ITL limits, where units allow it. Up to two thirds, whoever
    /// gets its first token can join in time, whenever within a step its prompt ends.
    /// </summary>
    public double StepItls { get; init; } = 0.7;

    /// <summary>
    /// Limit for the first gap of a request, waits included, in ITL limits. Above 2 it is never reached: a request with a hundred
    /// gaps or more may have a late one.
    /// </summary>
    public double JoinItls { get; init; } = 0.9;

    /// <summary>Share of the device that decode keeps while prefill runs, 0 to 1.</summary>
    public double DecodeFloorShare { get; init; } = 0.25;

    /// <summary>Most new tokens of a prefill step.</summary>
    public int ChunkTokens { get; init; } = 2048;

    /// <summary>Order of the prefill queue.</summary>
    public PrefillOrder Order { get; init; } = PrefillOrder.Spf;

    /// <summary>
    /// Share of the whole device's prefill rate at which a waiting prompt must still be in time not to be served last; 0 switches demotion
    /// off.
    /// </summary>
    public double DemotionShare { get; init; }

    /// <summary>True: decode may wait for the end of a prefill step, so that those whose prompts it completes need not.</summary>
    public bool Holds { get; init; } = true;

    /// <summary>True: both phases have every unit, without masks, where decode beside prefill is predicted to keep the step that is aimed at.</summary>
    public bool Overlaps { get; init; }

    /// <summary>
    /// True: both phases' work goes into one hybrid step on all units, with as large a chunk, up to <see cref="ChunkTokens"/>, as the batch's deadlines allow; the split's
    /// numbers are then without use.
    /// </summary>
    public bool Fuses { get; init; }

    /// <summary>True: a planner may choose <see cref="Fuses"/>.</summary>
    public bool MayFuse { get; init; } = true;

    /// <summary>True: a planner may choose <see cref="AdmitTokens"/>.</summary>
    public bool MayAdmitLess { get; init; } = true;

    /// <summary>
    /// Longest prompt, tokens, that is admitted while half of the KV cache is in use (<see cref="Core.Control.Decision.AdmitTokens"/>); +∞: no bound.
    /// </summary>
    public double AdmitTokens { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// The pair that stays until the next plan, for an engine that is slow to apply another (docs/policy.md, "Slow engines"): sizes, floor, overlap and borrowing are then without use. Null: every
    /// step has its own.
    /// </summary>
    public Core.Split? Pair { get; init; }

    /// <summary>True: decode may borrow units that prefill holds where nothing else keeps a deadline.</summary>
    public bool Borrows { get; init; } = true;
}
