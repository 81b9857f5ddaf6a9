using RapidTuner.Core.Errors;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Jobs;

/// <summary>The schedule of the service's jobs. Cron expressions are Quartz's, in UTC, seconds first; empty: only by hand.</summary>
internal sealed record JobsOptions
{
    /// <summary>Retraining; default every six hours. Chosen: a fit takes minutes, and drift sets one off sooner.</summary>
    public JobPlan Train { get; init; } = new() { Cron = "0 0 0/6 * * ?", TimeLimitS = 3600 };

    /// <summary>Scoring and promotion of challengers; default every quarter of an hour.</summary>
    public JobPlan Promote { get; init; } = new() { Cron = "0 7/15 * * * ?" };

    /// <summary>Drift check; default every hour, five minutes past.</summary>
    public JobPlan Drift { get; init; } = new() { Cron = "0 5 * * * ?", TimeLimitS = 300 };

    /// <summary>Scoring of the challenger; by hand, and when one is named.</summary>
    public JobPlan Evaluate { get; init; } = new() { TimeLimitS = 3600 };

    /// <summary>Roll-up and retention; default every ten minutes.</summary>
    public JobPlan Retain { get; init; } = new() { Cron = "0 0/10 * * * ?" };

    /// <summary>Backup; default every day at 3:20.</summary>
    public JobPlan Backup { get; init; } = new() { Cron = "0 20 3 * * ?" };

    /// <summary>Backups kept.</summary>
    /// <value>1 to 1000; default 7.</value>
    public int BackupsKept { get; init; } = 7;

    /// <summary>Age at which a training sample counts half.</summary>
    /// <value>Seconds, above 0; default two days. Chosen: yesterday counts, last month hardly.</value>
    public double TrainHalfLifeS { get; init; } = 172_800;

    /// <summary>What is kept and for how long.</summary>
    public Retention Retention { get; init; } = new();

    /// <summary>Adds every value out of range to <paramref name="found"/>.</summary>
    public void Check(Problems found)
    {
        Train.Check(found, "train");
        Promote.Check(found, "promote");
        Drift.Check(found, "drift");
        Evaluate.Check(found, "evaluate");
        Retain.Check(found, "retain");
        Backup.Check(found, "backup");
        found.InRange("jobs.backups_kept", BackupsKept, 1, 1000);
        found.InRange("jobs.train_half_life_s", TrainHalfLifeS, 1, 1e12);
        Retention.Check(found);
    }
}
