using RapidTuner.Control.Policies;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Bench.Cpu;

/// <summary>Policies side by side at one rate on real latencies, in interleaved runs of the same requests; <c>rapid</c> and <c>learned</c> profile a model trained on this machine's log.</summary>
internal static class PolicyBench
{
    private const string Hybrid = "hybrid";
    private const string Learned = "learned";

    private static readonly string[] Names = [Hybrid, "overlap", "static:0.25", "static:0.5", "static:0.75", "rapid", Learned];

    public static void Run(EngineScene scene, LatencyModel trained, int rounds, double runS, TextWriter output)
    {
        var attained = Names.ToDictionary(n => n, _ => new double[rounds], StringComparer.Ordinal);
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < Names.Length; i++)
            {
                var name = Names[(i + round) % Names.Length];
                var kept = scene.Serve(PolicyOf(name, scene, trained), (ulong)round, runS);
                attained[name][round] = kept.Requests.Count(r => r.Attained) / (double)kept.Requests.Count;
            }
        }

        output.WriteLine();
        output.WriteLine($"share of requests that met both limits; {rounds} rounds of {runS:F0} s, every policy the same requests in each, their order turned; learned less it: mean and 95 % bootstrap interval over rounds");
        output.WriteLine($"{"policy",-12} {"attained",9} {"goodput/s",10}   {"learned less it",15}");
        foreach (var name in Names)
        {
            var differences = attained[Learned].Zip(attained[name], (a, b) => a - b).ToArray();
            var (low, high) = Interval(differences);
            output.WriteLine($"{name,-12} {attained[name].Average(),9:P1} {scene.Rps * attained[name].Average(),10:F2}   {differences.Average(),+15:P1} [{low:P1}, {high:P1}]");
        }
    }

    // A policy of its own for every run: learned carries what it has heard.
    private static IPolicy? PolicyOf(string name, EngineScene scene, LatencyModel trained)
    {
        var options = scene.Options;
        return name == Hybrid ? null : PolicyFactory.Create(name, new PolicyContext
        {
            Grid = new UnitGrid(options.Units, options.Units / 8, options.Units / 8),
            ItlLimitS = options.Slo.ItlS,
            Latency = new LearnedStepLatency(trained, LatencyQuantile.Median),
            Palette = options.Palette,
            Engine = options.ForScheduler(scene.ContextMax),
            Champion = trained,
            Seed = 1,
        });
    }

    private static (double Low, double High) Interval(double[] values)
    {
        const int draws = 10_000;
        var rng = new Rng(1, "bootstrap");
        var means = Enumerable.Range(0, draws).Select(_ => values.Select(_ => values[rng.NextInt(values.Length)]).Average()).Order().ToArray();
        return (means[(int)(0.025 * draws)], means[(int)(0.975 * draws) - 1]);
    }
}
