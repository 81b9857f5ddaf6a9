using RapidTuner.Jobs;
using RapidTuner.Jobs.Work;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Serving;

/// <summary>The jobs of the service.</summary>
internal static class ServeJobs
{
    /// <summary>The plans that options ask for, by name of the job.</summary>
    public static IReadOnlyDictionary<string, JobPlan> Plans(ServeOptions options) => new Dictionary<string, JobPlan>
    {
        ["backup"] = new JobPlan { Cron = options.JobsBackupCron },
    };

    /// <summary>Opens the jobs over a store; they are not started.</summary>
    public static Task<JobService> OpenAsync(ServeOptions options, ITelemetryStore store, TimeProvider clock) => JobService.OpenAsync(
        [new Job(new BackupWork(store, Path.Combine(options.Data, "backups"), options.JobsBackupsKept, clock), Plans(options)["backup"])],
        new JobHistory(store, clock),
        cluster: null,
        clock);
}
