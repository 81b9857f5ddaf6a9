using RapidTuner.Control.Learned;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests.Learned;

/// <summary>The rule under a pair that stays, for an engine that is slow to apply another.</summary>
public sealed class PairRuleTests
{
    private static readonly FastRule Rule = new(new ToyDevice(), ToyDevice.PaletteOf(ToyDevice.Grid), Situation.ItlLimitS);
    private static readonly Split Pair = new(152, 152);
    private static readonly RuleParameters Under = RuleParameters.AllLevers with { Pair = Pair };

    [Fact]
    public void Decide_WhateverTheLoad_ThePairStays()
    {
        Assert.Equal((Pair, Reason.Planned), Of(Rule.Decide(Situation.BothPhases(1), Under)));
        Assert.Equal((Pair, Reason.Planned), Of(Rule.Decide(Situation.BothPhases(4000, 9000), Under)));
        Assert.Equal((Pair, Reason.DecodeIdle), Of(Rule.Decide(Situation.NothingToDecode, Under)));
        Assert.Equal((Pair, Reason.PrefillIdle), Of(Rule.Decide(Situation.NothingToPrefill(), Under)));
    }

    [Fact]
    public void Decide_OtherLevers_AreTheRulesOwn()
    {
        var decision = Rule.Decide(Situation.BothPhases(8), Under with { AdmitTokens = 4000 });
        Assert.Equal((384, 4000.0), (decision.ChunkTokens, decision.AdmitTokens));
        Assert.True(decision.DemotionTokensPerS > 0);
        var fused = Rule.Decide(Situation.BothPhases(8), Under with { Fuses = true });
        Assert.Equal((Pair, true), (fused.Split, fused.Fuses));
    }

    [Fact]
    public void Decide_ChunkEndsWithinTheStep_DecodeWaitsForThoseWhoJoin()
    {
        // 2048 tokens on half the device take about 1.07 s; the chunk ends some milliseconds from now, and nothing else waits.
        var seen = Situation.BesideRunningPrefill(256, 152, 100 - 1.065) with { DecodeLastTokenS = 100 };
        var decision = Rule.Decide(in seen, Under);
        Assert.Equal((true, Reason.Held, Pair), (decision.HoldsDecode, decision.Reason, decision.Split));
        Assert.False(Rule.Decide(in seen, Under with { Holds = false }).HoldsDecode);
        Assert.False(Rule.Decide(seen with { PrefillCompletes = 0 }, Under).HoldsDecode);
        Assert.False(Rule.Decide(seen with { PrefillStartedS = 99.9 }, Under).HoldsDecode);
        Assert.False(Rule.Decide(seen with { DecodeLastTokenS = 99.9 }, Under).HoldsDecode);
    }

    [Fact]
    public void PairFor_LargerBatch_GetsMoreDecodeUnits()
    {
        Split For(int batch) => Rule.PairFor(StepWork.Decode(batch, batch * 1000L), StepWork.Prefill(1, 384, 0), RuleParameters.AllLevers);
        Assert.True(For(256).DecodeUnits > For(1).DecodeUnits);
        Assert.Equal(ToyDevice.Units, For(1).DecodeUnits + For(1).PrefillUnits);
    }

    [Fact]
    public void Decide_Fusing_AsksForNoOtherSplitThanTheOneInForce()
    {
        var elsewhere = RuleParameters.AllLevers with { Pair = new Split(266, 38), Fuses = true };
        Assert.Equal(Pair, Rule.Decide(Situation.BesideRunningPrefill(8, 152, 99.9), elsewhere).Split);
    }

    private static (Split Split, Reason Reason) Of(Decision decision) => (decision.Split, decision.Reason);
}
