using RapidTuner.Telemetry.Store;

namespace RapidTuner.Jobs.Work;

/// <summary>Rolls up windows and deletes what is past its age or over the budget. Run again it finds nothing more to do.</summary>
internal sealed class RetainWork(ITelemetryStore store, Retention retention, TimeProvider clock) : IJobWork
{
    public string Name => "retain";

    public string About => "Rolls up windows; deletes records past their age or over the disk budget.";

    public object Run(JobRun run, CancellationToken stop)
    {
        var report = store.Retain(retention, (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        run.Report(0.5);
        stop.ThrowIfCancellationRequested();
        store.Compact();
        return new { report.RolledUp, report.Deleted, report.DeletedForRoom, store.Size().UsedBytes };
    }
}
