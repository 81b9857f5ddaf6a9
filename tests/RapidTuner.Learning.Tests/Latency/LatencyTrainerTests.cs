using RapidTuner.Core;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Tests.Latency;

public sealed class LatencyTrainerTests
{
    private static readonly Lazy<LatencyModel> Fitted = new(() => Fit(MadeUpDevice.Profile(20_000)));

    internal static LatencyModel Model => Fitted.Value;

    [Theory]
    [InlineData(Phase.Prefill)]
    [InlineData(Phase.Decode)]
    public void Fit_FreshSteps_PredictsThemAndHoldsItsInterval(Phase phase)
    {
        var fresh = MadeUpDevice.Profile(8_000, seed: 99).Where(s => s.Phase == phase).ToArray();
        var estimates = fresh.Select(s => Model.Estimate(s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits)).ToArray();
        var apes = fresh.Zip(estimates, (s, e) => Math.Abs((e.P50S / (s.EndS - s.StartS)) - 1));
        var inside = fresh.Zip(estimates, (s, e) => s.EndS - s.StartS >= e.LowS && s.EndS - s.StartS <= e.HighS ? 1.0 : 0).Average();

        Assert.InRange(apes.Average(), 0, 0.06);
        Assert.InRange(inside, 0.87, 0.93);
    }

    [Theory]
    [InlineData(Phase.Prefill)]
    [InlineData(Phase.Decode)]
    public void Fit_TreesBesideLaw_BeatTheLawAlone(Phase phase)
    {
        var group = Model.Report.Groups[$"{phase.ToString().ToLowerInvariant()}.alone"];
        Assert.True(group.Mape < 0.8 * group.LawMape, $"{group.Mape} against {group.LawMape}");
    }

    [Fact]
    public void Estimate_MoreUnitsAlone_IsSlowerByIdlePartsOfWavesAloneAndSeldom()
    {
        var grid = StepGrid.Of(MadeUpDevice.Scene);
        var compared = 0;
        var rises = new List<double>();
        foreach (var s in MadeUpDevice.Profile(300, seed: 5))
        {
            var units = Enumerable.Range(1, MadeUpDevice.Units).ToArray();
            var curve = units.Select(u => (Idle: grid.IdleRatio(s.Work.NewTokens, u), Model.Estimate(s.Phase, s.Work, u).P50S)).ToArray();
            var allowed = MadeUpDevice.Ranges.Allowed.Select(u => curve[u - 1].P50S).ToArray();
            rises.AddRange(allowed.Zip(allowed.Skip(1)).Select(pair => pair.Second / pair.First));
            foreach (var same in curve.GroupBy(c => c.Idle).Select(g => g.Select(c => c.P50S).ToArray()).Where(g => g.Length > 1))
            {
                compared += same.Length;
                Assert.All(same.Zip(same.Skip(1)), pair => Assert.True(pair.Second <= pair.First * (1 + 1e-12)));
            }
        }

        Assert.True(compared > 1_000);
        Assert.InRange(rises.Count(r => r > 1.03) / (double)rises.Count, 0, 0.02);
    }

    [Fact]
    public void Estimate_FarBeyondTheSamples_FollowsTheLawAndWidens()
    {
        var inside = StepWork.Decode(64, 64 * 1000);
        var beyond = StepWork.Decode(64, 64 * 200_000L);
        var (near, far) = (Model.Estimate(Phase.Decode, inside, 50), Model.Estimate(Phase.Decode, beyond, 50));
        var trueS = new MadeUpDevice().AloneS(Phase.Decode, beyond, 50);

        Assert.InRange(far.P50S / trueS, 0.5, 2);
        Assert.True(Math.Log(far.HighS / far.LowS) > 1.5 * Math.Log(near.HighS / near.LowS));
    }

    [Fact]
    public void Fit_SameSamplesOnOtherThreads_IsEqualToTheBit()
    {
        var samples = MadeUpDevice.Profile(3_000);
        var (one, two) = (Fit(samples, new LatencyFitOptions { Threads = 1, Trees = 20 }), Fit(samples, new LatencyFitOptions { Threads = 2, Trees = 20 }));
        Assert.All(samples, s => Assert.Equal(
            one.Estimate(s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits), two.Estimate(s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits)));
    }

    [Fact]
    public void Fit_NoSamples_IsThePrior()
    {
        var work = StepWork.Decode(10, 10_000);
        Assert.Equal(LatencyModel.Prior(MadeUpDevice.Scene).Estimate(Phase.Decode, work, 40), Fit([]).Estimate(Phase.Decode, work, 40));
    }

    [Fact]
    public void Fit_ThreeSamples_KeepsThePriorsWidth()
    {
        var estimate = Fit(MadeUpDevice.Profile(3)).Estimate(Phase.Decode, StepWork.Decode(10, 10_000), 40);
        Assert.InRange(estimate.HighS / estimate.P50S, 2, 2.1);
    }

    [Fact]
    public void Fit_SamplesWithoutMeaning_AreCountedAndLeftOut()
    {
        var good = MadeUpDevice.Profile(1_000);
        var sample = good[1];
        StepSample[] bad =
        [
            sample with { EndS = sample.StartS }, sample with { EndS = double.NaN }, sample with { EndS = double.PositiveInfinity }, sample with { DeviceUnits = 7 },
            sample with { Units = 0 }, sample with { Units = 101 }, sample with { Phase = Phase.Hybrid }, sample with { Work = default },
            sample with { Work = sample.Work with { AttentionPairs = double.NaN } }, sample with { Beside = StepWork.Decode(1, 1), BesideUnits = 10, BesideShare = 0.5 },
        ];
        var (clean, mixed) = (Fit(good), Fit([.. good, .. bad]));

        Assert.Equal(bad.Length, mixed.Report.Skipped);
        Assert.Equal(clean.Estimate(Phase.Decode, StepWork.Decode(10, 10_000), 40), mixed.Estimate(Phase.Decode, StepWork.Decode(10, 10_000), 40));
    }

    [Fact]
    public void Fit_MoreSamplesThanKept_StaysBoundedAndClose()
    {
        var fitted = Fit(MadeUpDevice.Profile(12_000), new LatencyFitOptions { RowsMax = 2_000, Trees = 20 });
        Assert.Equal(4_000, fitted.Report.Rows);
        Assert.InRange(fitted.Report.Groups["decode.alone"].Mape, 0, 0.08);
    }

    [Fact]
    public void Fit_OptionsOutOfRange_SaysAllAtOnce()
    {
        var bad = Assert.Throws<BadInputException>(() => Fit([], new LatencyFitOptions { Leaves = 99, LearningRate = 0, Blocks = 1 }));
        Assert.All(new[] { "leaves", "learning_rate", "blocks" }, name => Assert.Contains(name, bad.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_HalfLife_FollowsTheLaterSamples()
    {
        var before = MadeUpDevice.Profile(4_000);
        var lastS = before[^1].EndS;
        StepSample[] after = [.. MadeUpDevice.Profile(4_000, seed: 2).Select(s => s with { StartS = lastS + s.StartS, EndS = lastS + s.StartS + (1.5 * (s.EndS - s.StartS)) })];
        var work = StepWork.Decode(32, 32_000);
        var late = new MadeUpDevice().AloneS(Phase.Decode, work, 48) * 1.5;
        var weighted = Fit([.. before, .. after], new LatencyFitOptions { HalfLifeS = lastS / 8 }).Estimate(Phase.Decode, work, 48).P50S;
        var plain = Fit([.. before, .. after]).Estimate(Phase.Decode, work, 48).P50S;
        Assert.True(Math.Abs((weighted / late) - 1) < Math.Abs((plain / late) - 1));
        Assert.InRange(weighted / late, 0.93, 1.07);
    }

    private static LatencyModel Fit(IEnumerable<StepSample> samples, LatencyFitOptions? options = null) =>
        LatencyTrainer.Fit(MadeUpDevice.Scene, samples, options ?? new LatencyFitOptions(), new StoppedClock());

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
