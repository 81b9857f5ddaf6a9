namespace RapidTuner.Engine.Twin.Cost;

/// <summary>What the measured tables cannot settle, and how far the constants are moved from their values (COMPARISON §3).</summary>
public sealed record CostOptions
{
    /// <summary>The priors of DESIGN §5, constants as they stand.</summary>
    public static CostOptions Default { get; } = new();

    /// <summary>
    /// Part of the clock's fall under load that is device-wide, so that one phase slows the other; the rest is private to the
    /// phase. 0–1, default 0.5, a stated prior: tables of one phase alone cannot tell. Headline results use 0, ½ and 1.
    /// </summary>
    public double SharedClockFraction { get; init; } = 0.5;

    /// <summary>
    /// Slowdown of decode beside prefill when all its units are shared, ratio. 1–20, default 3; published figures reach from 1.3
    /// (end to end) to 9.6 (per kernel), both on MI300X.
    /// </summary>
    public double UnmaskedSlowdown { get; init; } = 3;

    /// <summary>Each constant of device and stack is multiplied by a seeded factor from [1 − this, 1 + this]. 0–0.9, default 0.</summary>
    public double Perturb { get; init; }

    /// <summary>
    /// Replicas of a mixture of experts that share its experts: each holds a part of every expert and computes it for the tokens of all,
    /// which they gather before and scatter after. 1–64, default 1: every replica has all experts. Dense models share nothing.
    /// </summary>
    public int ExpertReplicas { get; init; } = 1;

    /// <summary>Seed of those factors; default 1.</summary>
    public ulong PerturbSeed { get; init; } = 1;
}
