using RapidTuner.Core;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Cpu;
using RapidTuner.Engine.Cpu.Profiling;
using RapidTuner.Engine.Profiling;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Serving;

/// <summary>What a CPU engine knows of its machine before it has a log: some tens of steps measured at start, and the latency law fitted to them.</summary>
internal static class CpuStart
{
    private const double PointS = 0.02;

    /// <summary>Measures and fits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Cores and units.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="settle">Gives the scene that is kept of this machine and model, if it is the same; null: the measured one counts.</param>
    public static LatencyModel Measure(CpuModel model, CpuEngineOptions options, TimeProvider clock, Func<LatencyScene, LatencyScene>? settle = null)
    {
        var tokens = Math.Min(options.ChunkTokens, model.Config.ContextTokens / 4);
        var context = Math.Clamp(model.Config.ContextTokens / 8, 16, 1024);
        var grid = new ProfileGrid([Math.Max(16, tokens / 4), tokens], [1, 16], [Math.Max(16, context / 8), context]);
        using var meter = new CpuStepMeter(model, options, grid, PointS, clock);
        var samples = new List<StepSample>();
        foreach (var point in Points(grid, options.Units))
        {
            samples.Add(meter.Sample(point, samples.Count, samples.Count, CancellationToken.None));
        }

        var scene = Scene(model, options, MachinePeaks.Measure(clock));
        return LatencyTrainer.Fit(settle is null ? scene : settle(scene), samples, new LatencyFitOptions { Trees = 0, TreeRowsMin = 20 }, clock);
    }

    /// <summary>The scene of this machine and a model, for models of latency.</summary>
    public static LatencyScene Scene(CpuModel model, CpuEngineOptions options, MachinePeaks peaks)
    {
        var config = model.Config;
        var head = (double)config.Hidden * config.Vocabulary;
        var routed = config.Experts > 0 ? 3.0 * config.Layers * config.Experts * config.Hidden * config.FeedForward : 0;
        var visited = config.Experts > 0 ? routed * config.ExpertsPerToken / config.Experts : 0;
        var dense = config.Parameters - routed - (head * (config.TiedEmbeddings ? 1 : 2));
        var bytesPerWeight = model.WeightBytes / (dense + head + routed);
        return new LatencyScene
        {
            Device = "cpu",
            Model = model.Name,
            TensorParallel = 1,
            Units = options.Units,
            PeakFlopPerS = peaks.FlopPerS * options.Cores,
            MemoryBytesPerS = peaks.BytesPerS * options.Cores,
            CollectiveBytesPerS = peaks.BytesPerS,
            Layers = config.Layers,
            Hidden = config.Hidden,
            FlopPerToken = 2 * (dense + visited),
            FlopPerLogitRow = 2 * head,
            FlopPerPair = 4.0 * config.Layers * config.Heads * config.HeadDim,
            DenseWeightBytes = (dense + head) * bytesPerWeight,
            RoutedWeightBytes = routed * bytesPerWeight,
            RoutedShare = config.Experts > 0 ? (double)config.ExpertsPerToken / config.Experts : 0,
            KvBytesPerToken = config.KvFloatsPerToken * sizeof(float),
        };
    }

    // Each step on a few counts of units alone, and beside the other phase on the rest and on all.
    private static IEnumerable<ProfilePoint> Points(ProfileGrid grid, int units)
    {
        int[] counts = [units / 4, units / 2, units * 3 / 4, units];
        foreach (var count in counts)
        {
            foreach (var length in grid.PrefillTokens)
            {
                yield return new ProfilePoint(new ProfileStep(Phase.Prefill, 1, length, count));
            }

            foreach (var batch in grid.DecodeBatches)
            {
                foreach (var context in grid.DecodeContexts)
                {
                    yield return new ProfilePoint(new ProfileStep(Phase.Decode, batch, context, count));
                }
            }

            var rest = count == units ? units : units - count;
            var prefill = new ProfileStep(Phase.Prefill, 1, grid.PrefillTokens[^1], count);
            var decode = new ProfileStep(Phase.Decode, grid.DecodeBatches[^1], grid.DecodeContexts[^1], count);
            yield return new ProfilePoint(prefill, decode with { Units = rest });
            yield return new ProfilePoint(decode, prefill with { Units = rest });
        }
    }
}
