using RapidTuner.Core;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Tests.Latency;

public sealed class LatencyTargetTests
{
    [Fact]
    public void GateFailures_GoodModel_None() => Assert.Empty(LatencyTarget.GateFailures(LatencyTrainerTests.Model));

    [Fact]
    public void GateFailures_FewSamplesOfOnePhase_SaysBoth()
    {
        var fitted = Fit([.. MadeUpDevice.Profile(400).Where(s => s.Phase == Phase.Decode)]);
        var failures = LatencyTarget.GateFailures(fitted);
        Assert.Contains(failures, f => f.Contains("no samples of prefill", StringComparison.Ordinal));
        Assert.Contains(failures, f => f.Contains("at least", StringComparison.Ordinal));
    }

    [Fact]
    public void GateFailures_WorseThanTheChampionOnStepsThatNeitherSaw_Fails()
    {
        // The challenger is trained on a device that is half noise; the champion knows it well.
        var noisy = MadeUpDevice.Profile(3_000, seed: 2, sigma: 0.1).Select(s => s with { Seq = s.Seq + 1_000_000 }).ToArray();
        var challenger = Fit(noisy, new LatencyRival(LatencyTrainerTests.Model, LatencyTrainerTests.Model.Report.SeqLast));
        Assert.Contains(LatencyTarget.GateFailures(challenger), f => f.Contains("champion", StringComparison.Ordinal));
    }

    [Fact]
    public void GateFailures_ChampionSawEverything_IsNotCompared()
    {
        var challenger = Fit(MadeUpDevice.Profile(3_000, seed: 2), new LatencyRival(LatencyTrainerTests.Model, long.MaxValue));
        Assert.All(challenger.Report.Groups.Values, g => Assert.Null(g.RivalMape));
    }

    private static LatencyModel Fit(StepSample[] samples, LatencyRival? rival = null) =>
        LatencyTrainer.Fit(MadeUpDevice.Scene, samples, new LatencyFitOptions(), new StoppedClock(), rival);

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
