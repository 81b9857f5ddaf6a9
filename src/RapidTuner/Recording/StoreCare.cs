using RapidTuner.Telemetry.Store;

namespace RapidTuner.Recording;

/// <summary>Keeps a store within its bounds: roll-ups, retention, disk budget. A timer or a scheduled job calls it.</summary>
internal static class StoreCare
{
    /// <summary>Time between two passes of <see cref="RunAsync"/>. Chosen: an hour's growth is little beside what is kept for days.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>One pass.</summary>
    /// <exception cref="StoreException">The store fails; nothing is lost, and the next pass goes on.</exception>
    public static RetentionReport Pass(ITelemetryStore store, Retention retention, TimeProvider clock) =>
        store.Retain(retention, (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>A pass at once and one an hour, until <paramref name="stop"/>. A pass that fails is told and tried again with the next.</summary>
    /// <param name="store">The store.</param>
    /// <param name="retention">What is kept how long; asked before each pass.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="tell">Hears of passes that deleted something, and of failures.</param>
    /// <param name="stop">Ends it, between two passes.</param>
    public static async Task RunAsync(ITelemetryStore store, Func<Retention> retention, TimeProvider clock, Action<string> tell, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            do
            {
                await Task.Factory.StartNew(() => TryPass(store, retention(), clock, tell), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private static void TryPass(ITelemetryStore store, Retention retention, TimeProvider clock, Action<string> tell)
    {
        try
        {
            var report = Pass(store, retention, clock);
            var rows = report.Deleted.Values.Sum() + report.DeletedForRoom.Values.Sum();
            if (rows > 0 || report.RolledUp > 0)
            {
                tell($"{store.Description}: retention deleted {rows} rows and rolled up {report.RolledUp} windows");
            }
        }
        catch (StoreException failure)
        {
            tell($"{store.Description}: retention failed and is tried again in an hour: {failure.Message}");
        }
    }
}
