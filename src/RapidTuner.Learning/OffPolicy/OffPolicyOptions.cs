using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.OffPolicy;

/// <summary>How logs are scored; frozen at start.</summary>
public sealed record OffPolicyOptions
{
    /// <summary>How far back plans weigh on what is attained now, seconds, 0.1 to 3,600; default 20: a request's life (HEADROOM 4).</summary>
    public double HistoryS { get; init; } = 20;

    /// <summary>Discount rate of the fitted values, per second, 0.001 to 10; default 0.02.</summary>
    public double BetaPerS { get; init; } = 0.02;

    /// <summary>Length of a block of the bootstrap, seconds, 1 to 86,400; default 60.</summary>
    public double BlockS { get; init; } = 60;

    /// <summary>Rate at which intervals are to hold the truth, 0.5 to 0.999; default 0.9.</summary>
    public double Confidence { get; init; } = 0.9;

    /// <summary>Fewest independent stretches behind a figure, 1 or more; default 20.</summary>
    public double EffectiveMin { get; init; } = 20;

    /// <summary>Fewest logged plans of an action that a model may be asked about, 1 or more; default 30.</summary>
    public int ActionPlansMin { get; init; } = 30;

    /// <summary>Resamples of the bootstrap without refits, 10 to 100,000; default 1,000.</summary>
    public int Resamples { get; init; } = 1_000;

    /// <summary>Refits behind an interval of a fitted value, 5 to 1,000; default 20.</summary>
    public int Refits { get; init; } = 20;

    /// <summary>Seed of resampling and fits; default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found)
    {
        ArgumentNullException.ThrowIfNull(found);
        found.InRange("off_policy.history_s", HistoryS, 0.1, 3_600);
        found.InRange("off_policy.beta_per_s", BetaPerS, 0.001, 10);
        found.InRange("off_policy.block_s", BlockS, 1, 86_400);
        found.InRange("off_policy.confidence", Confidence, 0.5, 0.999);
        found.InRange("off_policy.effective_min", EffectiveMin, 1, 1e9);
        found.InRange("off_policy.action_plans_min", ActionPlansMin, 1, int.MaxValue);
        found.InRange("off_policy.resamples", Resamples, 10, 100_000);
        found.InRange("off_policy.refits", Refits, 5, 1_000);
    }
}
