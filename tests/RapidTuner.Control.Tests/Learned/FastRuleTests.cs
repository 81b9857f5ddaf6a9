using RapidTuner.Control.Learned;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Tests.Learned;

/// <summary>Each deadline that the rule keeps, on a device whose latencies are known in closed form.</summary>
public sealed class FastRuleTests
{
    private static readonly ToyDevice Device = new();
    private static readonly FastRule Rule = new(Device, ToyDevice.PaletteOf(ToyDevice.Grid), Situation.ItlLimitS);
    private static readonly RuleParameters Plain = RuleParameters.SplitOnly(PrefillOrder.Spf, 2048) with { DecodeFloorShare = 0, StepItls = 0.9 };

    [Fact]
    public void Decide_BothPhases_TakesTheFewestUnitsThatKeepTheLimit()
    {
        var seen = Situation.BothPhases(64);
        var split = Rule.Decide(in seen, Plain).Split;
        Assert.True(DecodeS(64, split) <= 0.9 * Situation.ItlLimitS);
        Assert.True(DecodeS(64, new Split(split.PrefillUnits + 40, split.DecodeUnits - 38)) > 0.9 * Situation.ItlLimitS);
        Assert.Equal(ToyDevice.Units, split.PrefillUnits + split.DecodeUnits);
    }

    [Fact]
    public void Decide_JoinersHaveWaited_DecodeGetsMore()
    {
        var seen = Situation.BothPhases(64);
        var waited = seen with { DecodeJoining = 1, DecodeJoiningSinceS = seen.NowS - 0.02 };
        Assert.True(Rule.Decide(in waited, Plain).Split.DecodeUnits > Rule.Decide(in seen, Plain).Split.DecodeUnits);
        Assert.Equal(Rule.Decide(in seen, Plain).Split, Rule.Decide(in waited, Plain with { JoinItls = 3 }).Split);
    }

    [Fact]
    public void Decide_NoShareKeepsTheLimit_DecodeHasTheMost() =>
        Assert.Equal(Reason.DecodeBound, Rule.Decide(Situation.BothPhases(4000, 9000), Plain).Reason);

    [Fact]
    public void Decide_Floor_DecodeKeepsIt() =>
        Assert.True(Rule.Decide(Situation.BothPhases(1), Plain with { DecodeFloorShare = 0.5 }).Split.DecodeUnits >= 152);

    [Fact]
    public void Decide_ChunkOutlastsTheStep_DecodeTakesAllThatIsLeft()
    {
        var decision = Rule.Decide(Situation.BesideRunningPrefill(16, 152, 99.9), Plain);
        Assert.Equal(new Split(152, 152), decision.Split);
    }

    [Fact]
    public void Decide_ChunkEndsWithinTheStep_LeavesTheNextChunkItsUnits()
    {
        // 2048 tokens on half the device take 1.07 s; the chunk ends 5 ms from now.
        var endsSoon = Situation.BesideRunningPrefill(1, 152, 100 - 1.065, queued: 4) with { PrefillCompletes = 0 };
        Assert.True(Rule.Decide(in endsSoon, Plain).Split.DecodeUnits < 152);
    }

    [Fact]
    public void Decide_Fuses_TheLargestChunkThatKeepsTheBatchsDeadline()
    {
        var by = Plain with { Fuses = true };
        var seen = Situation.BothPhases(16) with { PrefillQueued = 4, DecodeLastTokenS = 100 };
        var decision = Rule.Decide(in seen, by);
        Assert.Equal((true, Reason.Fused), (decision.Fuses, decision.Reason));
        double FusedS(int tokens) => ((IStepLatency)Device).FusedS(StepWork.Prefill(1, tokens, 0), seen.DecodeNext, ToyDevice.Units);
        Assert.True(FusedS(decision.ChunkTokens) <= by.Margin * Situation.ItlLimitS);
        Assert.True(FusedS(decision.ChunkTokens + 64) > by.Margin * Situation.ItlLimitS);
        Assert.True(Rule.Decide(seen with { DecodeLastTokenS = seen.NowS - 0.02 }, by).ChunkTokens < decision.ChunkTokens);
        Assert.Equal(64, Rule.Decide(Situation.BothPhases(4000, 9000), by).ChunkTokens);
    }

    [Fact]
    public void Decide_FusesButPrefillRuns_DecodeStartsBesideIt() =>
        Assert.False(Rule.Decide(Situation.BesideRunningPrefill(16, 152, 99.9), Plain with { Fuses = true }).Fuses);

    [Fact]
    public void Decide_StepAimedAtShorter_DecodeGetsMore() =>
        Assert.True(Rule.Decide(Situation.BothPhases(64), Plain with { StepItls = 0.6 }).Split.DecodeUnits > Rule.Decide(Situation.BothPhases(64), Plain).Split.DecodeUnits);

    [Fact]
    public void Decide_ChunkAboutToEndAndTheBatchCanWait_DecodeHolds()
    {
        // Whoever's prompt ends 5 ms from now would wait for nearly the whole of a step that takes most of its limit.
        var endsSoon = Situation.BesideRunningPrefill(64, 152, 100 - 1.065, queued: 4) with { PrefillCompletes = 1 };
        var step = Rule.Decide(in endsSoon, Plain);
        Assert.True(step.HoldsDecode);
        Assert.Equal(Reason.Held, step.Reason);
        Assert.False(Rule.Decide(in endsSoon, Plain with { Holds = false }).HoldsDecode);
        Assert.False(Rule.Decide(in endsSoon, Plain with { JoinItls = 3 }).HoldsDecode);
        Assert.False(Rule.Decide(endsSoon with { PrefillCompletes = 0 }, Plain).HoldsDecode);
        Assert.False(Rule.Decide(endsSoon with { DecodeLastTokenS = endsSoon.NowS - (0.9 * Situation.ItlLimitS) }, Plain).HoldsDecode);
    }

    [Fact]
    public void Decide_Demotion_IsAShareOfTheWholeDevicesRate()
    {
        var probe = StepWork.Prefill(1, 2048, 0);
        var rate = 2048 / Device.AloneS(Phase.Prefill, in probe, ToyDevice.Units);
        Assert.Equal(0.5 * rate, Rule.Decide(Situation.BothPhases(16), Plain with { DemotionShare = 0.5 }).DemotionTokensPerS, 6);
    }

    private static double DecodeS(int batch, Split split)
    {
        var beside = StepWork.Prefill(1, 2048, 0);
        return Device.BesideS(Phase.Decode, StepWork.Decode(batch, batch * 1024L), split.DecodeUnits, in beside, split.PrefillUnits);
    }
}
