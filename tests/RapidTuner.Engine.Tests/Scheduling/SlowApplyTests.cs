using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Tests.Rig;

namespace RapidTuner.Engine.Tests.Scheduling;

/// <summary>Engines that take time to apply a split (docs/engine.md, "Slow engines").</summary>
public class SlowApplyTests
{
    private Split _wanted = new(2, 6);

    [Fact]
    public void Decide_FirstSplitAskedFor_IsTheOneTheEngineStartsWith()
    {
        var rig = Both(applyS: 10);
        Assert.Equal((2, 6), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
        Assert.Null(rig.Split.Coming);
    }

    [Fact]
    public void Decide_AnotherSplit_ComesIntoForceWhenItHasBeenApplied()
    {
        var rig = Both(applyS: 10);
        _wanted = new(6, 2);
        var askedS = rig.NowS + 1;
        rig.AdvanceTo(askedS);
        Assert.Equal(new Split(6, 2), rig.Split.Coming);
        rig.AdvanceTo(askedS + 9.5);
        Assert.Equal(new Split(2, 6), rig.Split.Split);
        rig.AdvanceTo(askedS + 10);
        Assert.Equal(new Split(6, 2), rig.Split.Split);
        Assert.All(rig.Log.Decisions, d => Assert.Equal(d.Seen.NowS < askedS + 10 ? new Split(2, 6) : new Split(6, 2), d.Decided.Split));
    }

    [Fact]
    public void Decide_AnotherSplitWhileOneIsComing_IsPassedOverUntilThatOneIsInForce()
    {
        var rig = Both(applyS: 10);
        _wanted = new(6, 2);
        var askedS = rig.NowS + 1;
        rig.AdvanceTo(askedS + 3);
        _wanted = new(6, 6);
        rig.AdvanceTo(askedS + 10);
        Assert.Equal((new Split(6, 2), new Split(6, 6)), (rig.Split.Split, rig.Split.Coming));
        rig.AdvanceTo(askedS + 20);
        Assert.Equal(new Split(6, 6), rig.Split.Split);
    }

    [Fact]
    public void Decide_OnePhaseIdle_AsksForNothingAndIsLentTheDevice()
    {
        var rig = Both(applyS: 1, prompt: 30_000);
        _wanted = new(2, 6);
        rig.AdvanceTo(rig.NowS + 5);
        while (rig.Split.Queued > 0 || UnitsOf(rig, Phase.Prefill) > 0)
        {
            Assert.True(rig.Step());
        }

        _wanted = new(8, 8);
        rig.AdvanceTo(rig.NowS + 5);
        Assert.Equal(8, UnitsOf(rig, Phase.Decode));
        Assert.Equal((new Split(2, 6), null), (rig.Split.Split, rig.Split.Coming));
    }

    [Fact]
    public void Pinned_SlowEngine_IsAppliedInTheSameTime()
    {
        var rig = Both(applyS: 10);
        rig.Split.Pinned = new Split(6, 2);
        var askedS = rig.NowS + 1;
        rig.AdvanceTo(askedS + 9.5);
        Assert.Equal(new Split(2, 6), rig.Split.Split);
        rig.AdvanceTo(askedS + 10);
        Assert.Equal((new Split(6, 2), Reason.Pinned), (rig.Split.Split, rig.Log.Decisions[^1].Decided.Reason));
    }

    [Fact]
    public void Decide_AnotherSplitThatNeedsARestart_WhatHasBegunEndsFirstAndNothingIsServedMeanwhile()
    {
        var rig = Both(applyS: 60, restarts: true, outputTokens: 100);
        _wanted = new(6, 2);
        rig.AdvanceTo(rig.NowS + 1.5);
        Assert.Equal(new Split(6, 2), rig.Split.Coming);
        rig.Enqueue(10, 3);
        var askedS = rig.NowS;
        rig.Drain();

        // The long reply and the long prompt had begun; the latest to come had not.
        var downS = Math.Max(rig.Log.Requests[0].FinishS, rig.Log.Requests[1].FinishS);
        Assert.All(rig.Log.Requests.Values, r => Assert.Equal(Outcome.Finished, r.Outcome));
        Assert.True(rig.Log.Requests[1].FirstScheduledS < askedS && rig.Log.Requests[1].FirstTokenS > askedS);
        Assert.DoesNotContain(rig.Log.Steps, s => s.EndS > downS && s.StartS < downS + 60);
        Assert.Equal(downS + 60, rig.Log.Requests[2].FirstScheduledS);
    }

    [Fact]
    public void Decide_AnotherSplitThatNeedsARestart_ItRunsUnderTheNewSplitAfterwards()
    {
        var rig = Both(applyS: 60, restarts: true, outputTokens: 100);
        _wanted = new(6, 2);
        rig.AdvanceTo(rig.NowS + 1.5);
        rig.Enqueue(10, 50);
        rig.Enqueue(20_000, 2);
        rig.Drain();
        var after = rig.Log.Steps.Where(s => s.StartS > rig.Log.Requests[2].FirstTokenS && s.Split == new Split(6, 2)).ToArray();
        Assert.Contains(after, s => s.Phase == Phase.Prefill && s.Units == 6);
        Assert.Contains(after, s => s.Phase == Phase.Decode && s.Units == 2);
    }

    [Fact]
    public void CopyFrom_WhileASplitIsComing_TheCopyAppliesItAtTheSameTime()
    {
        var rig = Both(applyS: 10);
        _wanted = new(6, 2);
        rig.AdvanceTo(rig.NowS + 3);
        var copy = Both(applyS: 10);
        copy.Split.CopyFrom(rig.Split);
        Assert.Equal(rig.Split.Coming, copy.Split.Coming);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1e6)]
    public void Check_ApplyOutOfRange_IsAProblem(double applyS)
    {
        var problem = Assert.Throws<BadInputException>(() => (EngineRig.Small() with { ApplyS = applyS }).Check());
        Assert.Contains("engine.apply_s", problem.Message, StringComparison.Ordinal);
    }

    private static int UnitsOf(EngineRig rig, Phase phase) =>
        rig.Executor.Streams.Values.Where(r => r.Launch.Phase == phase).Sum(r => r.Launch.Units);

    /// <summary>A rig in which a long decode and a long prefill have just started side by side.</summary>
    private EngineRig Both(double applyS, bool restarts = false, int outputTokens = 1000, int prompt = 60_000)
    {
        var options = EngineRig.Small() with { KvBlocks = 10_000, ApplyS = applyS, ApplyRestarts = restarts };
        var rig = new EngineRig(options, new FixedPolicy(new Palette(8, [2, 6], [2, 6]), _ => new Decision(_wanted, Reason.Fixed)));
        rig.Submit(10, outputTokens);
        rig.Submit(prompt, 2);
        while (rig.Executor.Streams.Count < 2)
        {
            Assert.True(rig.Step());
        }

        return rig;
    }
}
