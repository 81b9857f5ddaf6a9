using Quartz;

namespace RapidTuner.Jobs.Scheduling;

/// <summary>What Quartz runs: finds the job by name and hands it to the runner. An end of any kind is an end: the history tells which.</summary>
/// <param name="runner">Runs it.</param>
/// <param name="jobs">The jobs by name.</param>
/// <param name="clock">The clock.</param>
[DisallowConcurrentExecution]
internal sealed class JobShell(JobRunner runner, IReadOnlyDictionary<string, Job> jobs, TimeProvider clock) : IJob
{
    /// <summary>Key of the run's id in a trigger's data; missing in a cron trigger's.</summary>
    public const string IdKey = "id";

    /// <summary>Key of what set it off.</summary>
    public const string TriggerKey = "trigger";

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (jobs.TryGetValue(context.JobDetail.Key.Name, out var job))
        {
            var data = context.MergedJobDataMap;
            var id = data.TryGetValue(IdKey, out var given) && given is string text && !context.Recovering ? text : Guid.CreateVersion7(clock.GetUtcNow()).ToString();
            var trigger = context.Recovering ? "recovery" : data.TryGetValue(TriggerKey, out var why) && why is string reason ? reason : "cron";
            await runner.RunAsync(job, id, trigger, cancellationToken);
        }
    }
}
