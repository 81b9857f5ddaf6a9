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
    public void Fit_OnePhaseIsWorseThanTheRivals_ItsPartStaysAndTheOtherIsReplaced()
    {
        // Of decode there are too few steps for trees, which the rival has; prefill is twice as slow as the rival believes.
        StepSample[] samples =
        [
            .. MadeUpDevice.Profile(3_000, seed: 2).Where(s => s.Phase == Phase.Decode).Take(250),
            .. MadeUpDevice.Profile(3_000, seed: 3).Where(s => s.Phase == Phase.Prefill).Select(s => s with { EndS = s.StartS + (2 * (s.EndS - s.StartS)) }),
        ];
        var rival = LatencyTrainerTests.Model;
        var fitted = Fit(samples, new LatencyRival(rival, -1));
        Assert.All(fitted.Report.Groups.Where(g => g.Key.StartsWith("decode", StringComparison.Ordinal)), g => Assert.True(g.Value.Kept));
        Assert.All(fitted.Report.Groups.Where(g => g.Key.StartsWith("prefill", StringComparison.Ordinal)), g => Assert.True(g.Value is { Kept: false, Better: true }));
        var step = StepWork.Decode(20, 20_000);
        Assert.Equal(rival.Estimate(Phase.Decode, step, 50), fitted.Estimate(Phase.Decode, step, 50));
        var prefill = StepWork.Prefill(1, 2_000, 0);
        Assert.InRange(fitted.Estimate(Phase.Prefill, prefill, 50).P50S / rival.Estimate(Phase.Prefill, prefill, 50).P50S, 1.8, 2.2);
        Assert.DoesNotContain(LatencyTarget.GateFailures(fitted), f => f.StartsWith("decode", StringComparison.Ordinal));
    }

    [Fact]
    public void GateFailures_ErrorsOfANoisyMachine_PassWhereTheyAreLessThanThoseOfWhatIsUsed()
    {
        var slower = MadeUpDevice.Profile(3_000, seed: 4, sigma: 0.5).Select(s => s with { EndS = s.StartS + (3 * (s.EndS - s.StartS)) }).ToArray();
        Assert.Contains(LatencyTarget.GateFailures(Fit(slower)), f => f.Contains("is used", StringComparison.Ordinal));
        Assert.DoesNotContain(LatencyTarget.GateFailures(Fit(slower, new LatencyRival(LatencyTrainerTests.Model, -1))), f => f.Contains("mean error", StringComparison.Ordinal));
    }

    [Fact]
    public void Better_ARivalThatIsTooLowWhereStepsScatter_IsNotPreferredForIt()
    {
        // Half of what is believed: its percentages are small on scattered steps all the same.
        var rival = LatencyTrainer.Fit(
            MadeUpDevice.Scene, MadeUpDevice.Profile(3_000, seed: 8).Select(s => s with { EndS = s.StartS + (0.4 * (s.EndS - s.StartS)) }), new LatencyFitOptions(), new StoppedClock());
        var fitted = Fit(MadeUpDevice.Profile(3_000, seed: 9, sigma: 1.5), new LatencyRival(rival, -1));
        var decode = fitted.Report.Groups["decode.alone"];
        Assert.True(decode.FreshMape > decode.RivalMape);
        Assert.True(decode.Better);
    }

    [Fact]
    public void Fit_NothingButNoiseAroundTheLaw_GrowsNoTrees()
    {
        var noise = MadeUpDevice.Profile(700, seed: 6, sigma: 1.5);
        var fitted = Fit(noise);
        Assert.Equal(0, fitted.Report.Parameters["decode_trees"]);
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
