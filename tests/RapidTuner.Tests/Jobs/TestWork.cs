using RapidTuner.Jobs;

namespace RapidTuner.Tests.Jobs;

/// <summary>A work whose course a test decides.</summary>
internal sealed class TestWork(string name, Func<JobRun, CancellationToken, object> body) : IJobWork
{
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;

    public string Name => name;

    public string About => "Tests.";

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Ends when the work has begun for the first time.</summary>
    public Task Began => _began.Task;

    public static TestWork Waiting(string name) => new(name, (_, stop) =>
    {
        stop.WaitHandle.WaitOne();
        stop.ThrowIfCancellationRequested();
        return new { };
    });

    public object Run(JobRun run, CancellationToken stop)
    {
        Interlocked.Increment(ref _runs);
        _began.TrySetResult();
        return body(run, stop);
    }
}
