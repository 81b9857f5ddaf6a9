using RapidTuner.Core;
using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Serving;

/// <summary>Searches a pair's max_goodput in the background, where the shipped table has none, and moves the load to its share of it.</summary>
internal static class RateCorrection
{
    /// <summary>The plain setting that `serve` itself runs: it is not tuned in hindsight.</summary>
    private const int ChunkTokens = 2048;

    /// <summary>Runs the search on a thread of its own; the service serves meanwhile.</summary>
    public static async Task RunAsync(ServeSetup setup, Terminal terminal, CancellationToken stop)
    {
        if (setup.Load is not { } load || setup.Scene is not { } scene)
        {
            return;
        }

        try
        {
            var rps = await Task.Factory.StartNew(() => MaxGoodputRps(scene, setup.Description.Policy, terminal, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (rps > 0)
            {
                load.OfferedRps = ServeSetup.LoadShare * rps;
                await terminal.Error.WriteLineAsync($"rapidtuner: max_goodput found: {rps:0.###}/s; the load now offers {load.OfferedRps:0.###}/s");
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before the search was through: the estimate stood until the end.
        }
    }

    /// <summary>max_goodput of a policy at its plain setting, requests per second; 0 when the device sustains no load.</summary>
    public static double MaxGoodputRps(ReplayScene scene, string policy, Terminal terminal, CancellationToken stop)
    {
        var options = new ReplayOptions { Policies = [policy], FindMaxGoodput = true, Order = PrefillOrder.Spf, ChunkTokens = ChunkTokens };
        var report = new ReplayRunner(terminal.Clock).Run(scene, options, stop);
        var row = report.Policies.FirstOrDefault(p => p.Name == $"{policy}:fixed") ?? report.Policies[0];
        return row.MaxGoodputRps ?? 0;
    }
}
