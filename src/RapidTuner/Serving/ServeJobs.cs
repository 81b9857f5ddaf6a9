using RapidTuner.Jobs;
using RapidTuner.Jobs.Scheduling;
using RapidTuner.Serving.Trials;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Serving;

/// <summary>The jobs of the service.</summary>
internal static class ServeJobs
{
    /// <summary>The plans that options ask for, by name of the job.</summary>
    public static IReadOnlyDictionary<string, JobPlan> Plans(ServeOptions options)
    {
        var jobs = Of(options);
        return new Dictionary<string, JobPlan> { ["train"] = jobs.Train, ["promote"] = jobs.Promote, ["drift"] = jobs.Drift, ["evaluate"] = jobs.Evaluate, ["backup"] = jobs.Backup };
    }

    /// <summary>Opens the jobs over a store; they are not started.</summary>
    public static Task<JobService> OpenAsync(ServeOptions options, ITelemetryStore store, ServiceTrial? trial, TimeProvider clock, Action<string> notes) =>
        ServiceJobs.OpenAsync(Of(options), store, options.Data, Cluster(options), clock, notes, trial);

    /// <summary>The schedule that instances share; null when each has its own.</summary>
    public static JobCluster? Cluster(ServeOptions options) =>
        options.JobsPostgres.Length == 0 ? null : new JobCluster { ConnectionString = options.JobsPostgres, Schema = options.JobsPostgresSchema };

    private static JobsOptions Of(ServeOptions options)
    {
        var usual = new JobsOptions();
        return usual with
        {
            Train = usual.Train with { Cron = options.JobsTrainCron },
            Promote = usual.Promote with { Cron = options.JobsPromoteCron },
            Drift = usual.Drift with { Cron = options.JobsDriftCron },
            Evaluate = usual.Evaluate with { Cron = options.JobsEvaluateCron },
            Backup = usual.Backup with { Cron = options.JobsBackupCron },
            BackupsKept = options.JobsBackupsKept,

            // The service keeps its store in bounds all the time; the job is for an operator who cannot wait.
            Retain = usual.Retain with { Cron = "" },
            Retention = options.Retention,
        };
    }
}
