using RapidTuner.Jobs;

namespace RapidTuner.Bench.JobHost;

/// <summary>A job that says when it begins and waits until it is let go.</summary>
internal sealed class ProbeWork(TextWriter output) : IJobWork, IDisposable
{
    private readonly ManualResetEventSlim _mayEnd = new();

    public string Name => "probe";

    public string About => "Waits.";

    public void LetEnd() => _mayEnd.Set();

    public object Run(JobRun run, CancellationToken stop)
    {
        output.WriteLine($"run {run.Trigger}");
        output.Flush();
        _mayEnd.Wait(stop);
        output.WriteLine("end");
        output.Flush();
        return new { run.Trigger };
    }

    public void Dispose() => _mayEnd.Dispose();
}
