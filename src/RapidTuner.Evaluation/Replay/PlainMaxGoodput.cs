using RapidTuner.Core;

namespace RapidTuner.Evaluation.Replay;

/// <summary>The max_goodput of a policy at the plain setting that a service runs: nothing is tuned in hindsight.</summary>
public static class PlainMaxGoodput
{
    private const int ChunkTokens = 2048;

    /// <summary>Searches it, requests per second; 0 when the device sustains no load.</summary>
    /// <param name="scene">What it happens on.</param>
    /// <param name="policy">Name as in COMPARISON §2.</param>
    /// <param name="clock">Measures the runs.</param>
    /// <param name="cancel">Ends the search.</param>
    public static double Rps(ReplayScene scene, string policy, TimeProvider clock, CancellationToken cancel)
    {
        var options = new ReplayOptions { Policies = [policy], FindMaxGoodput = true, Order = PrefillOrder.Spf, ChunkTokens = ChunkTokens };
        var report = new ReplayRunner(clock).Run(scene, options, cancel);
        var row = report.Policies.FirstOrDefault(p => p.Name == $"{policy}:fixed") ?? report.Policies[0];
        return row.MaxGoodputRps ?? 0;
    }
}
