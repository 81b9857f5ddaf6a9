using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Tests.Latency;

/// <summary>A device that follows a law of its own, of another form than the learner's: steps of units, a kink, a quirk beside.</summary>
internal sealed class MadeUpDevice : IStepLatency
{
    public const int Units = 100;

    public static LatencyScene Scene { get; } = new()
    {
        Device = "made-up", Model = "made-up", TensorParallel = 1, Units = Units, PeakFlopPerS = 5e14, MemoryBytesPerS = 2e12, CollectiveBytesPerS = 1e11, Layers = 32,
        Hidden = 4096, FlopPerToken = 1.4e10, FlopPerLogitRow = 1e9, FlopPerPair = 5e5, DenseWeightBytes = 1.5e10, RoutedWeightBytes = 0, RoutedShare = 0, KvBytesPerToken = 1.3e5,
    };

    public static ProfileRanges Ranges { get; } = new()
    {
        DeviceUnits = Units, Allowed = [.. Enumerable.Range(1, 25).Select(i => 4 * i)], Palette = [12, 24, 36, 48, 64, 76, 88, 100], ContextTokens = 32768, KvTokens = 400_000,
    };

    /// <summary>What a profile of it logs.</summary>
    public static StepSample[] Profile(int steps, ulong seed = 1, double sigma = 0.02) =>
        [.. new ProfileDesign(Ranges, seed).Run(new MadeUpDevice(), steps, new ProfileNoise(sigma, 0, 1), seed)];

    public double AloneS(Phase phase, in StepWork work, int units)
    {
        var share = (double)units / Units;
        var arithmeticS = 1.4e10 * work.NewTokens / (3e14 * Math.Pow(share, 0.9)) * (work.NewTokens % 256 == 0 ? 1 : 1.08);
        var memoryS = (1.5e10 + (1.3e5 * work.ContextTokens)) / (1.6e12 * Math.Min(1, 2.2 * share));
        return 4e-4 + Math.Max(arithmeticS, memoryS) + (work.AttentionPairs * 5e5 / (1e14 * share));
    }

    public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        var shared = Math.Max(0, units + besideUnits - Units) / (double)units;
        var weight = phase == Phase.Decode ? 0.3 : 0.05;
        return AloneS(phase, work, units) * (1 + (weight * besideUnits / Units) + (0.8 * shared));
    }
}
