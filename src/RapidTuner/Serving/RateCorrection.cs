using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Serving;

/// <summary>Searches a pair's max_goodput in the background, where the shipped table has none, and moves the load to its share of it.</summary>
internal static class RateCorrection
{
    /// <summary>Runs the search on a thread of its own; the service serves meanwhile.</summary>
    public static async Task RunAsync(ServeSetup setup, TimeProvider clock, ILogger log, CancellationToken stop)
    {
        if (setup.Load is not { } load || setup.Scene is not { } scene)
        {
            return;
        }

        try
        {
            var rps = await Task.Factory.StartNew(() => PlainMaxGoodput.Rps(scene, setup.Description.Policy, clock, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (rps > 0)
            {
                load.OfferedRps = ServeSetup.LoadShare * rps;
                Events.RateFound(log, rps, load.OfferedRps);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before the search was through: the estimate stood until the end.
        }
    }
}
