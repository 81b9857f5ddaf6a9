using RapidTuner.Core.Errors;
using RapidTuner.Jobs.Scheduling;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Jobs;

/// <summary>The jobs of a service: starts and stops their schedule; lists, runs and cancels them.</summary>
internal sealed class JobService : IAsyncDisposable
{
    private readonly Dictionary<string, Job> _jobs;
    private readonly JobHistory _history;
    private readonly JobRunner _runner;
    private readonly JobScheduler _scheduler;
    private readonly TimeProvider _clock;

    private JobService(Dictionary<string, Job> jobs, JobHistory history, JobRunner runner, JobScheduler scheduler, TimeProvider clock) =>
        (_jobs, _history, _runner, _scheduler, _clock) = (jobs, history, runner, scheduler, clock);

    /// <summary>Opens the schedule without starting it.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="history">Where runs are kept.</param>
    /// <param name="cluster">The PostgreSQL that instances share their schedule in; null: it lives in this process.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="BadInputException">Plans are wrong; all problems at once.</exception>
    public static async Task<JobService> OpenAsync(IReadOnlyList<Job> jobs, JobHistory history, JobCluster? cluster, TimeProvider clock)
    {
        var problems = new Problems();
        foreach (var job in jobs)
        {
            job.Plan.Check(problems, job.Work.Name);
        }

        cluster?.Check(problems);
        problems.ThrowIfAny();
        var byName = jobs.ToDictionary(j => j.Work.Name, StringComparer.Ordinal);
        var runner = new JobRunner(history, clock);
        return new JobService(byName, history, runner, await JobScheduler.OpenAsync(byName, runner, cluster, clock), clock);
    }

    /// <summary>
    /// Starts the schedule. In a schedule of this process alone, runs that the last process left behind are marked and run again, and
    /// a job whose time passed since it last ran is run at once.
    /// </summary>
    public async Task StartAsync(CancellationToken stop = default)
    {
        await _scheduler.StartAsync(_jobs.Values, stop);
        if (_scheduler.IsShared)
        {
            return;
        }

        foreach (var job in _jobs.Values)
        {
            var latest = _history.LatestOf(job.Work.Name);
            if (_history.MarkLost(job.Work.Name) > 0)
            {
                await _scheduler.FireAsync(job.Work.Name, NewId(), "recovery", stop);
            }
            else if (latest is not null && job.Plan.NextAfter(DateTimeOffset.UnixEpoch.AddMicroseconds(latest.StartedUs)) < _clock.GetUtcNow())
            {
                await _scheduler.FireAsync(job.Work.Name, NewId(), "cron", stop);
            }
        }
    }

    /// <summary>All jobs with their state.</summary>
    public async Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken stop = default)
    {
        var all = new List<JobStatus>();
        foreach (var (name, job) in _jobs)
        {
            all.Add(new JobStatus(name, job.Work.About, job.Plan.Cron, await _scheduler.NextRunAsync(name, stop), _runner.RunningOf(name), _history.LatestOf(name)));
        }

        return all;
    }

    /// <summary>The latest runs of all jobs, latest first.</summary>
    public IReadOnlyList<JobRecord> History(int runsMax) => _history.Latest(runsMax);

    /// <summary>A run by its id; null when it is unknown.</summary>
    public JobRecord? Find(string id) => _history.Find(id);

    /// <summary>Sets a job off now.</summary>
    /// <param name="job">Its name.</param>
    /// <param name="trigger">What sets it off: "manual", "drift".</param>
    /// <param name="stop">Ends the call.</param>
    /// <returns>The run's id; null when the job runs already.</returns>
    /// <exception cref="BadInputException">There is no such job.</exception>
    public async Task<string?> RunNowAsync(string job, string trigger, CancellationToken stop = default)
    {
        if (!_jobs.ContainsKey(job))
        {
            throw new BadInputException("job", $"`{job}` is unknown", $"give one of {string.Join(", ", _jobs.Keys)}");
        }

        if (_runner.RunningOf(job) is not null || await _scheduler.IsRunningAsync(job, stop))
        {
            return null;
        }

        var id = NewId();
        await _scheduler.FireAsync(job, id, trigger, stop);
        return id;
    }

    /// <summary>Cancels a run, on whichever instance of a cluster it is.</summary>
    /// <returns>False when no run of that id is under way.</returns>
    public async Task<bool> CancelAsync(string id, CancellationToken stop = default) =>
        _runner.Cancel(id) || (_history.Find(id) is { State: "running" } record && await _scheduler.InterruptAsync(record.Name, stop));

    /// <summary>Stops the schedule; runs under way are cancelled and waited for.</summary>
    public ValueTask DisposeAsync() => _scheduler.DisposeAsync();

    private string NewId() => Guid.CreateVersion7(_clock.GetUtcNow()).ToString();
}
