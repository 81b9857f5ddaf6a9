using Npgsql;
using Quartz;

namespace RapidTuner.Jobs.Scheduling;

/// <summary>Quartz behind the few things that jobs need of it.</summary>
internal sealed class JobScheduler : IAsyncDisposable
{
    private const string Name = "rapidtuner";

    private readonly IScheduler _quartz;
    private readonly TimeProvider _clock;

    private JobScheduler(IScheduler quartz, bool isShared, TimeProvider clock) => (_quartz, IsShared, _clock) = (quartz, isShared, clock);

    /// <summary>True when instances share the schedule.</summary>
    public bool IsShared { get; }

    /// <summary>Builds a scheduler that does not run yet; makes or checks the tables of a shared one.</summary>
    public static async Task<JobScheduler> OpenAsync(IReadOnlyDictionary<string, Job> jobs, JobRunner runner, JobCluster? cluster, TimeProvider clock)
    {
        if (cluster is not null)
        {
            await JobSchema.MigrateAsync(cluster);
        }

        var builder = QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.ConfigureScheduler(options =>
            {
                // Schedulers of one process must differ in name, instances of a cluster must not.
                options.InstanceName = cluster is null ? $"{Name}-{Guid.NewGuid():N}" : Name;
                options.GenerateInstanceId = cluster is not null;
                options.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UseTimeProvider(clock);
            quartz.UseDefaultThreadPool(Math.Max(2, jobs.Count));
            quartz.Services.AddSingleton(runner);
            quartz.Services.AddSingleton(jobs);
            quartz.Services.AddSingleton(clock);
            if (cluster is null)
            {
                quartz.UseInMemoryStore(_ => { });
            }
            else
            {
                Share(quartz, cluster);
            }
        });
        return new JobScheduler(await builder.BuildScheduler(), cluster is not null, clock);
    }

    /// <summary>Puts the jobs on the schedule and starts it. A schedule that is already there under the same cron is left as it is, and so are its missed firings.</summary>
    public async Task StartAsync(IEnumerable<Job> jobs, CancellationToken stop)
    {
        foreach (var job in jobs)
        {
            var detail = JobBuilder.Create<JobShell>().WithIdentity(job.Work.Name).WithDescription(job.Work.About).StoreDurably(true).RequestRecovery(true).Build();
            await _quartz.AddJob(detail, AddJobOptions.Replacing, stop);
            await ScheduleAsync(job, stop);
        }

        await _quartz.Start(stop);
    }

    /// <summary>Fires a job now, under a given id.</summary>
    public async Task FireAsync(string job, string id, string trigger, CancellationToken stop) =>
        await _quartz.TriggerJob(new JobKey(job), new JobDataMap { [JobShell.IdKey] = id, [JobShell.TriggerKey] = trigger }, stop);

    /// <summary>When a job fires next; null without a schedule.</summary>
    public async Task<DateTimeOffset?> NextRunAsync(string job, CancellationToken stop) =>
        (await _quartz.GetTrigger(CronKey(job), stop))?.NextFireTimeUtc;

    /// <summary>True when a firing of the job is under way on any instance.</summary>
    public async Task<bool> IsRunningAsync(string job, CancellationToken stop)
    {
        foreach (var firing in (await _quartz.QueryFireInstances(new FireInstanceQuery(), stop)).Items)
        {
            if (firing.JobKey?.Name == job)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Cancels a job's firing on whichever instance it is.</summary>
    public async Task<bool> InterruptAsync(string job, CancellationToken stop)
    {
        await _quartz.Interrupt(new JobKey(job), stop);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _quartz.Shutdown(true);

    private static TriggerKey CronKey(string job) => new($"{job}-cron");

    private static void Share(IQuartzBuilder quartz, JobCluster cluster) =>
        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(NpgsqlFactory.Instance, cluster.ConnectionString);
            store.ConfigureStore(options =>
            {
                options.TablePrefix = $"{cluster.Schema}.qrtz_";
                options.StoreJobDataAsStrings = true;
                options.SchemaProvisioning = SchemaProvisioning.Validate;
            });
            store.UseClustering(options =>
            {
                options.CheckinInterval = TimeSpan.FromSeconds(cluster.CheckInS);
                options.CheckinMisfireThreshold = TimeSpan.FromSeconds(cluster.CheckInS);
            });
        });

    private async Task ScheduleAsync(Job job, CancellationToken stop)
    {
        var there = await _quartz.GetTrigger(CronKey(job.Work.Name), stop) as ICronTrigger;
        if (there?.CronExpressionString == job.Plan.Cron)
        {
            return;
        }

        if (there is not null)
        {
            await _quartz.UnscheduleJob(CronKey(job.Work.Name), stop);
        }

        if (job.Plan.Cron.Length > 0)
        {
            var trigger = TriggerBuilder.Create(_clock).WithIdentity(CronKey(job.Work.Name)).ForJob(job.Work.Name)
                .WithSchedule(CronScheduleBuilder.Create(job.Plan.Cron).InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
                .Build();
            await _quartz.ScheduleTrigger(trigger, TriggerConflict.Keep, stop);
        }
    }
}
