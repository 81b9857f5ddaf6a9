using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Control.Learned;
using RapidTuner.Control.Policies;
using RapidTuner.Control.Tests.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Tests.Learned;

/// <summary>The rule that decides while nothing predicted may be trusted goes by its profile and by what steps take.</summary>
public sealed class CautiousRuleTests
{
    private static readonly ToyDevice Device = new();

    private static readonly PolicyContext Context = new()
    {
        Grid = ToyDevice.Grid,
        ItlLimitS = Situation.ItlLimitS,
        Latency = Device,
        Palette = ToyDevice.PaletteOf(ToyDevice.Grid),
        Predictor = _ => throw new InvalidOperationException("nothing predicted is asked"),
    };

    [Theory]
    [InlineData(0.1, 256)]
    [InlineData(0.4, 1024)]
    [InlineData(0.8, 2048)]
    public void Decide_Chunk_KeepsWithinMostOfOneLimit(double itlLimitS, int chunkTokens)
    {
        // 2 ms and a quarter of a millisecond a token: 1,024 tokens take 0.26 s, which is 0.65 of 0.4 s.
        var decision = Rule().Decide(Situation.BothPhases(16) with { ItlLimitS = itlLimitS });
        Assert.Equal(chunkTokens, decision.ChunkTokens);
    }

    [Fact]
    public void Decide_PrefillSlowerThanProfiled_ShortensTheChunk()
    {
        var rule = Rule();
        var seen = Situation.BothPhases(16) with { ItlLimitS = 0.4 };
        for (var i = 0; i < 200; i++)
        {
            rule.OnStep(Took(Phase.Prefill, StepWork.Prefill(1, 1024, 0), besideShare: 0, factor: 2));
        }

        Assert.Equal(512, rule.Decide(in seen).ChunkTokens);
    }

    [Fact]
    public void Decide_DecodeBesidePrefillSlowerThanProfiled_GetsMoreUnits()
    {
        var rule = Rule(unmaskedSlowdown: 9);
        var seen = Situation.BothPhases(64);
        var before = rule.Decide(in seen).Split.DecodeUnits;
        for (var i = 0; i < 200; i++)
        {
            rule.OnStep(Took(Phase.Decode, StepWork.Decode(64, 64 * 1024), besideShare: 1, factor: 1.4));
        }

        Assert.True(rule.Decide(in seen).Split.DecodeUnits > before);
    }

    [Fact]
    public void Decide_LowLoad_GivesBothPhasesEveryUnit()
    {
        var decision = Rule().Decide(Situation.BothPhases(4));
        Assert.Equal((new Split(304, 304), Reason.OverAllocated), (decision.Split, decision.Reason));
    }

    [Fact]
    public void Decide_SplitOnly_LeavesOrderChunkAndDemotion()
    {
        var rule = new CautiousRule(Context, new PolicySettings { Order = PrefillOrder.Fcfs, ChunkTokens = PolicySettings.WholePrompts }, splitOnly: true);
        var decision = rule.Decide(Situation.BothPhases(64));
        Assert.Equal((PrefillOrder.Fcfs, PolicySettings.WholePrompts, 0), (decision.Order, decision.ChunkTokens, decision.DemotionTokensPerS));
    }

    [Fact]
    public void Decide_AnyObservation_StaysInThePalette()
    {
        var rule = Rule();
        Prop.ForAll(AnyObservation.Generator.ToArbitrary(), seen =>
        {
            var split = rule.Decide(in seen).Split;
            return rule.Palette.Nearest(split) == split;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static CautiousRule Rule(double unmaskedSlowdown = 1.3) => new(
        new PolicyContext { Grid = Context.Grid, ItlLimitS = Context.ItlLimitS, Latency = new ToyDevice { UnmaskedSlowdown = unmaskedSlowdown }, Palette = Context.Palette, Predictor = Context.Predictor },
        new PolicySettings(),
        splitOnly: false);

    private static StepSample Took(Phase phase, StepWork work, double besideShare, double factor) => new()
    {
        Phase = phase,
        Work = work,
        Units = besideShare > 0 ? 152 : 304,
        DeviceUnits = 304,
        Beside = besideShare > 0 ? StepWork.Prefill(1, 1024, 0) : default,
        BesideUnits = besideShare > 0 ? 152 : 0,
        BesideShare = besideShare,
        EndS = factor * Device.AloneS(phase, in work, besideShare > 0 ? 152 : 304),
    };
}
