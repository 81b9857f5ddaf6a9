using RapidTuner.Core.Errors;

namespace RapidTuner.Control.Exploration;

/// <summary>Exploration on plans (DESIGN §6); frozen at start.</summary>
public sealed record ExplorationOptions
{
    /// <summary>The one switch: false, and every plan is the best one.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Probability that a plan is drawn among the safe ones, 0 to 0.5; default 0.02.</summary>
    public double Share { get; init; } = 0.02;

    /// <summary>Time from one draw to the next, seconds, 1 to 86,400; default 10: a batch answers to a plan within about that.</summary>
    public double PlanS { get; init; } = 10;

    /// <summary>Free share of the KV cache below which nothing is tried, 0 to 1; default 0.1.</summary>
    public double KvFreeShareMin { get; init; } = 0.1;

    /// <summary>Latest decode step / ITL limit above which nothing is tried, over 0; default 0.9.</summary>
    public double DecodeItlShareMax { get; init; } = 0.9;

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found)
    {
        ArgumentNullException.ThrowIfNull(found);
        found.InRange("exploration.share", Share, 0, 0.5);
        found.InRange("exploration.plan_s", PlanS, 1, 86_400);
        found.InRange("exploration.kv_free_share_min", KvFreeShareMin, 0, 1);
        found.InRange("exploration.decode_itl_share_max", DecodeItlShareMax, 1e-6, 1_000);
    }
}
