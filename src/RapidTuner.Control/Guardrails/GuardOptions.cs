using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;

namespace RapidTuner.Control.Guardrails;

/// <summary>Bounds of the guardrails; frozen at start. Defaults are chosen, by how soon the engine applies a decision.</summary>
public sealed record GuardOptions
{
    /// <summary>The bounds for an engine that applies at every step: switching is nearly free, so nothing holds a split back.</summary>
    public static GuardOptions Default { get; } = new();

    /// <summary>Least time between two changes of the split, engine seconds, 0 to 86,400; default 0 (step), 2 (second), 600 (restart).</summary>
    public double DwellS { get; init; }

    /// <summary>Changes of both phases smaller than this share of the device are not made, 0 to 1; default 0 (step), 0.05 (second), 0.1 (restart).</summary>
    public double HysteresisShare { get; init; }

    /// <summary>What one change costs the engine, seconds, 0 or more; default 4e-6 (step; DESIGN §4), 0.05 (second), 60 (restart).</summary>
    public double SwitchS { get; init; } = 4e-6;

    /// <summary>Share of time that changes may cost before the tuner counts as flapping, 0 to 1; default 0.05.</summary>
    public double FlapShareMax { get; init; } = 0.05;

    /// <summary>Changes in a row that are always allowed, 1 or more; default 8.</summary>
    public int FlapBurst { get; init; } = 8;

    /// <summary>Time after which a tuner that never changes its mind, while the rule does, is called inert; engine seconds, over 0; default 600.</summary>
    public double InertS { get; init; } = 600;

    /// <summary>Changes of the rule's mind within that time, 1 or more; default 8.</summary>
    public int InertRuleMoves { get; init; } = 8;

    /// <summary>Oldest model, seconds, over 0; default 30 days.</summary>
    public double ModelAgeMaxS { get; init; } = 30 * 86_400.0;

    /// <summary>Oldest plan, seconds, over 0; default 10 (step), 30 (second), 3,600 (restart).</summary>
    public double PlanAgeMaxS { get; init; } = 10;

    /// <summary>Largest upper end of a prediction / its median, 1 or more; default 3.</summary>
    public double WidthMax { get; init; } = 3;

    /// <summary>How far inputs may lie outside what the model was trained on, in widths of that range, 0 or more; default 0.5.</summary>
    public double OutsideRangeMax { get; init; } = 0.5;

    /// <summary>Misses of predictions / misses of a running mean from which predictions are worthless, over 0; default 0.9.</summary>
    public double MissShareMax { get; init; } = 0.9;

    /// <summary>Free share of the KV cache below which the rule decides, 0 to 1; default 0.005, half of what admission leaves free.</summary>
    public double KvFreeShareMin { get; init; } = 0.005;

    /// <summary>Gaps of the batch in a row over the ITL limit, by a step or by waiting, after which decode is given the next larger count, 1 or more; default 8.</summary>
    public int LateStepsMax { get; init; } = 8;

    /// <summary>How long that floor stays, engine seconds, 0 or more; default 2.</summary>
    public double FloorHoldS { get; init; } = 2;

    /// <summary>Equal observations in a row that count as frozen, 2 or more; default 16.</summary>
    public int FrozenDecisions { get; init; } = 16;

    /// <summary>Difference between engine time and the clock that counts as a jump, seconds, over 0; default 1. Only where a clock is given.</summary>
    public double JumpS { get; init; } = 1;

    /// <summary>Sound decisions in a row after which the model decides again, 1 to 1,000,000; default 64. Each relapse doubles it, twelve times at most.</summary>
    public int RecoverDecisions { get; init; } = 64;

    /// <summary>The defaults for an engine.</summary>
    public static GuardOptions For(ApplyKind apply) => apply switch
    {
        ApplyKind.Second => new() { DwellS = 2, HysteresisShare = 0.05, SwitchS = 0.05, PlanAgeMaxS = 30 },
        ApplyKind.Restart => new() { DwellS = 600, HysteresisShare = 0.1, SwitchS = 60, PlanAgeMaxS = 3_600 },
        _ => Default,
    };

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found)
    {
        ArgumentNullException.ThrowIfNull(found);
        found.InRange("guardrails.dwell_s", DwellS, 0, 86_400);
        found.InRange("guardrails.hysteresis_share", HysteresisShare, 0, 1);
        found.InRange("guardrails.switch_s", SwitchS, 0, 86_400);
        found.InRange("guardrails.flap_share_max", FlapShareMax, 1e-9, 1);
        found.InRange("guardrails.flap_burst", FlapBurst, 1, 1_000_000);
        found.InRange("guardrails.inert_s", InertS, 1e-3, 1e9);
        found.InRange("guardrails.inert_rule_moves", InertRuleMoves, 1, 1_000_000);
        found.InRange("guardrails.model_age_max_s", ModelAgeMaxS, 1e-3, 1e12);
        found.InRange("guardrails.plan_age_max_s", PlanAgeMaxS, 1e-3, 1e9);
        found.InRange("guardrails.width_max", WidthMax, 1, 1e6);
        found.InRange("guardrails.outside_range_max", OutsideRangeMax, 0, 1e6);
        found.InRange("guardrails.miss_share_max", MissShareMax, 1e-3, 1e6);
        found.InRange("guardrails.kv_free_share_min", KvFreeShareMin, 0, 1);
        found.InRange("guardrails.late_steps_max", LateStepsMax, 1, 1_000_000);
        found.InRange("guardrails.floor_hold_s", FloorHoldS, 0, 86_400);
        found.InRange("guardrails.frozen_decisions", FrozenDecisions, 2, 1_000_000);
        found.InRange("guardrails.jump_s", JumpS, 1e-3, 86_400);
        found.InRange("guardrails.recover_decisions", RecoverDecisions, 1, 1_000_000);
    }
}
