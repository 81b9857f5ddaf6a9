using System.Collections.Concurrent;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Jobs;

/// <summary>Runs works within their limits and keeps their history. Knows no schedule.</summary>
internal sealed class JobRunner(JobHistory history, TimeProvider clock, Func<long>? heldBytes = null)
{
    /// <summary>How often limits are looked at and progress is written, seconds.</summary>
    private const double WatchS = 0.5;

    private readonly Func<long> _heldBytes = heldBytes ?? (() => GC.GetTotalMemory(forceFullCollection: false));
    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);

    /// <summary>The run of a job that is under way here, as far as it is; null when none is.</summary>
    public JobRecord? RunningOf(string job) => _running.TryGetValue(job, out var running) ? running.Now : null;

    /// <summary>Cancels a run that is under way here.</summary>
    /// <returns>False when there is none of that id.</returns>
    public bool Cancel(string id)
    {
        var running = _running.Values.FirstOrDefault(r => r.Now.Id == id);
        running?.Cancel("");
        return running is not null;
    }

    /// <summary>Runs a job to its end.</summary>
    /// <param name="job">The job.</param>
    /// <param name="id">Name of the run.</param>
    /// <param name="trigger">What set it off.</param>
    /// <param name="stop">The program ends, or the schedule's owner cancels.</param>
    /// <returns>How it ended; null when the job was running already, and then nothing happened.</returns>
    public async Task<JobRecord?> RunAsync(Job job, string id, string trigger, CancellationToken stop)
    {
        using var running = new Running(CancellationTokenSource.CreateLinkedTokenSource(stop));
        if (!_running.TryAdd(job.Work.Name, running))
        {
            return null;
        }

        try
        {
            // Whoever holds this job's turn is alone with it: what still stands as running is dead.
            history.MarkLost(job.Work.Name);
            running.Now = history.Begin(id, job.Work.Name, trigger);
            return await RunToEndAsync(job, running, stop);
        }
        finally
        {
            _running.TryRemove(job.Work.Name, out _);
        }
    }

    private async Task<JobRecord> RunToEndAsync(Job job, Running running, CancellationToken stop)
    {
        var began = clock.GetTimestamp();
        var held = _heldBytes();
        var watch = clock.CreateTimer(_ => Watch(job.Plan, running, began, held), null, TimeSpan.FromSeconds(WatchS), TimeSpan.FromSeconds(WatchS));
        try
        {
            var run = new JobRun(running.Now.Id, running.Now.Trigger, running.Report);
            var result = await Task.Factory.StartNew(() => job.Work.Run(run, running.Stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await watch.DisposeAsync();
            return history.End(running.Now, "done", result, "");
        }
        catch (OperationCanceledException) when (running.Stop.IsCancellationRequested)
        {
            await watch.DisposeAsync();
            return running.Limit.Length > 0 ? history.End(running.Now, "failed", null, running.Limit)
                : history.End(running.Now, "cancelled", null, stop.IsCancellationRequested ? "the program or its scheduler stopped it" : "cancelled by an operator");
        }
#pragma warning disable CA1031 // Whatever a work throws is that run's failure and nobody else's.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            await watch.DisposeAsync();
            return history.End(running.Now, "failed", null, failure.Message);
        }
    }

    private void Watch(JobPlan plan, Running running, long began, long held)
    {
        if (clock.GetElapsedTime(began).TotalSeconds > plan.TimeLimitS)
        {
            running.Cancel($"took longer than its {plan.TimeLimitS:0.###} s");
        }
        else if (_heldBytes() - held > plan.MemoryLimitBytes)
        {
            running.Cancel($"took more memory than its {plan.MemoryLimitBytes} bytes");
        }

        running.WriteProgress(history);
    }

    /// <summary>A run under way.</summary>
    private sealed class Running(CancellationTokenSource cancel) : IDisposable
    {
        private readonly Lock _lock = new();
        private double _reported;

        public JobRecord Now { get; set; } = new();

        /// <summary>Which limit ended it; "" when none did.</summary>
        public string Limit { get; private set; } = "";

        public CancellationToken Stop => cancel.Token;

        public void Report(double progress) => Volatile.Write(ref _reported, Math.Clamp(progress, 0, 1));

        public void Cancel(string limit)
        {
            lock (_lock)
            {
                if (!cancel.IsCancellationRequested)
                {
                    Limit = limit;
                    cancel.Cancel();
                }
            }
        }

        public void WriteProgress(JobHistory history)
        {
            var reported = Volatile.Read(ref _reported);
            if (reported > Now.Progress)
            {
                Now = Now with { Progress = reported };
                history.Progress(Now);
            }
        }

        public void Dispose() => cancel.Dispose();
    }
}
