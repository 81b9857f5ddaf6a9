using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Engine.Tests.Rig;

namespace RapidTuner.Engine.Tests.Scheduling;

/// <summary>Which units a step gets (DESIGN §4).</summary>
public class SplitSchedulerTests
{
    private Split _wanted = new(2, 6);

    [Fact]
    public void Pump_BothPhases_RunOnTheirPartOfTheSplit()
    {
        var rig = Both();
        Assert.Equal((2, 6), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
    }

    [Fact]
    public void Complete_SplitChangedMeanwhile_StepHeldItsUnits()
    {
        var rig = Both(latencyS: l => l.Phase == Phase.Prefill ? 3 : 1);
        var startS = rig.NowS;
        _wanted = new(6, 2);
        rig.Drain();
        Assert.All(rig.Log.Steps, s => Assert.Equal(rig.Executor.Launched.Single(r => r.Launch.Phase == s.Phase && r.StartS == s.StartS).Launch.Units, s.Units));
        var prefill = rig.Log.Steps.Single(s => s.Phase == Phase.Prefill && s.StartS == startS);
        Assert.Equal((2, new Split(2, 6)), (prefill.Units, prefill.Split));
        Assert.True(prefill.EndS > rig.Log.Decisions.First(d => d.Decided.Split == new Split(6, 2)).Seen.NowS);
    }

    [Fact]
    public void Pump_GrowingPhase_RunsOnWhatIsLeftUntilTheShrinkingPhasesStepEnds()
    {
        // Prefill steps take 1 s, decode steps 2.5 s: at 1 s prefill grows to 6 while decode still holds 6.
        var rig = Both(latencyS: l => l.Phase == Phase.Prefill ? 1 : 2.5);
        _wanted = new(6, 2);
        rig.AdvanceTo(rig.NowS + 1);
        Assert.Equal(2, UnitsOf(rig, Phase.Prefill));
        rig.AdvanceTo(rig.NowS + 1.5);
        Assert.Equal((2, 2), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
        rig.AdvanceTo(rig.NowS + 0.5);
        Assert.Equal((6, 2), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
    }

    [Fact]
    public void Pump_LessLeftThanTheSmallestEntry_Waits()
    {
        // Decode borrowed the whole device; a prompt that arrives then waits for the end of that one step.
        var rig = Rig();
        rig.Submit(10, 5);
        rig.AdvanceTo(1.5);
        Assert.Equal(8, UnitsOf(rig, Phase.Decode));
        rig.Submit(10, 1);
        Assert.Equal(0, UnitsOf(rig, Phase.Prefill));
        rig.AdvanceTo(2);
        Assert.Equal((2, 6), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
    }

    [Fact]
    public void Pump_LeftBetweenEntries_TakesTheNextSmaller()
    {
        var rig = Both(new Palette(8, [1, 2, 6], [5, 6]), latencyS: l => l.Phase == Phase.Prefill ? 1 : 5);
        _wanted = new(6, 5);
        rig.AdvanceTo(rig.NowS + 1);

        // 8 − 6 held, and (6, 5) overlaps by 3: five units, of which 2 is the largest entry.
        Assert.Equal(2, UnitsOf(rig, Phase.Prefill));
    }

    [Fact]
    public void Pump_DecodeIdle_LendsPrefillTheDeviceForAtMostOneChunk()
    {
        var rig = Rig(options: EngineRig.Small() with { ChunkTokens = 8192, LentChunkTokensMax = 512 });
        rig.Submit(5000, 3);
        var first = rig.Executor.Launched[^1];
        Assert.Equal((8, 512), (first.Launch.Units, first.Launch.Work.NewTokens));
    }

    [Fact]
    public void Pump_DecodeRunning_PrefillMayTakeMoreThanALentChunk()
    {
        var rig = Both(options: EngineRig.Small() with { ChunkTokens = 3000, LentChunkTokensMax = 512 });
        var beside = rig.Executor.Launched.Last(r => r.Launch.Phase == Phase.Prefill);
        Assert.Equal((2, 3000), (beside.Launch.Units, beside.Launch.Work.NewTokens));
    }

    [Fact]
    public void Pump_PrefillIdle_LendsDecodeTheDeviceForOneStep()
    {
        var rig = Rig();
        rig.Submit(10, 3);
        rig.AdvanceTo(1);
        Assert.Equal(8, UnitsOf(rig, Phase.Decode));
        rig.AdvanceTo(1.5);
        rig.Submit(10_000, 1);
        rig.AdvanceTo(2);
        Assert.Equal((2, 6), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
    }

    [Fact]
    public void Pump_PromptWaitsForKvBlocks_CountsAsIdle()
    {
        var rig = Rig(options: EngineRig.Small() with { KvBlocks = 10 });
        rig.Submit(100, 40);
        rig.Submit(120, 1);
        rig.AdvanceTo(1);
        Assert.Equal((0, 8), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
        Assert.Equal(1, rig.Scheduler.Queued);
    }

    [Fact]
    public void Pump_HeadWithoutBlocks_LetsAStartedPromptGoOn()
    {
        // The long prompt holds 80 of 100 blocks after its first piece; the shorter one that then leads the queue finds too few.
        var rig = Rig(options: EngineRig.Small() with { KvBlocks = 100, ChunkTokens = 512 });
        rig.Submit(1280, 1);
        rig.Submit(400, 1);
        rig.AdvanceTo(1);
        Assert.Equal([0L], rig.Executor.Launched[^1].Parts.Select(p => rig.Executor.Sequences[p.Slot].Handle.Id));
        rig.Drain();
    }

    [Fact]
    public void Pump_Unmasked_BothRunOnTheWholeDevice()
    {
        _wanted = new(8, 8);
        var rig = Both(Palette.Unmasked(8));
        Assert.Equal((8, 8), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
    }

    [Fact]
    public void Pump_OverlappedSplit_OverlapsByAsMuchAsItNames()
    {
        _wanted = new(6, 5);
        var rig = Both(new Palette(8, [6], [5]));
        Assert.Equal((6, 5), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
    }

    [Fact]
    public void Pump_OverlapWithdrawn_NextStepWaitsForFreeUnits()
    {
        _wanted = new(8, 8);
        var rig = Both(latencyS: l => l.Phase == Phase.Prefill ? 1 : 2.5);
        _wanted = new(2, 6);
        rig.AdvanceTo(rig.NowS + 1);
        Assert.Equal((0, 8), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
        rig.AdvanceTo(rig.NowS + 1.5);
        Assert.Equal((2, 6), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
    }

    [Fact]
    public void Pump_SplitOffThePalette_SnapsToTheNearest()
    {
        _wanted = new(3, 7);
        var rig = Both();
        Assert.Equal(new Split(2, 6), rig.Split.Split);
        Assert.All(rig.Log.Decisions, d => Assert.Equal(new Split(2, 6), d.Decided.Split));
    }

    [Fact]
    public void Pinned_HoldsTheNearestSplitAndSaysSo()
    {
        var rig = Rig();
        rig.Split.Pinned = new Split(5, 3);
        Assert.Equal(new Split(6, 2), rig.Split.Pinned);
        rig.Submit(10, 100);
        rig.AdvanceTo(1.5);
        rig.Submit(10_000, 2);
        rig.AdvanceTo(2);
        Assert.Equal((6, 2), (UnitsOf(rig, Phase.Prefill), UnitsOf(rig, Phase.Decode)));
        Assert.All(rig.Log.Decisions, d => Assert.Equal(Reason.Pinned, d.Decided.Reason));
        rig.Split.Pinned = null;
        rig.Drain();
        Assert.Equal((Reason.Fixed, new Split(2, 6)), (rig.Log.Decisions[^1].Decided.Reason, rig.Split.Split));
    }

    [Fact]
    public void Switches_CountsChangesOfTheSplitInForce()
    {
        var rig = Both();
        var before = rig.Scheduler.Switches;
        _wanted = new(6, 2);
        rig.AdvanceTo(rig.NowS + 5);
        Assert.Equal(before + 1, rig.Scheduler.Switches);
        Assert.True(rig.Split.Observe(Phase.Decode, rig.NowS).SplitSinceS < rig.NowS);
    }

    [Fact]
    public void Switches_DecisionThatLaunchesNothing_DoesNotCount()
    {
        // Decode holds the whole device when the prompt arrives: what is decided for it has no effect yet.
        var rig = new EngineRig(EngineRig.Small(), new FixedPolicy(new Palette(8, [2, 6], [2, 6]), seen => new Decision(seen.PrefillQueued > 1 ? new(6, 2) : new(2, 6), Reason.Fixed)));
        rig.Submit(10, 5);
        rig.AdvanceTo(1.5);
        var (switches, split) = (rig.Scheduler.Switches, rig.Split.Split);
        rig.Submit(10, 1);
        rig.Submit(10, 1);
        Assert.Equal(new Split(6, 2), rig.Log.Decisions[^1].Decided.Split);
        Assert.Equal((switches, split), (rig.Scheduler.Switches, rig.Split.Split));
        rig.AdvanceTo(2);
        Assert.Equal((switches + 1, new Split(6, 2)), (rig.Scheduler.Switches, rig.Split.Split));
    }

    [Fact]
    public void Decide_LeversOfADecodeDecision_AreNotLookedAt()
    {
        var policy = new FixedPolicy(new Palette(8, [2], [6]), seen => seen.Launching == Phase.Prefill
            ? new Decision(new Split(2, 6), Reason.Fixed, ChunkTokens: 100, Order: PrefillOrder.Fcfs)
            : new Decision(new Split(2, 6), Reason.Fixed, ChunkTokens: 7));
        var rig = new EngineRig(EngineRig.Small(), policy);
        rig.Submit(50, 50);
        rig.AdvanceTo(1.5);
        rig.Submit(300, 1);
        rig.Submit(20, 1);
        rig.AdvanceTo(2);
        Assert.Equal([(1L, 100)], rig.Executor.Launched[^1].Parts.Select(p => (rig.Executor.Sequences[p.Slot].Handle.Id, p.Tokens)));
    }

    [Fact]
    public void Decide_ChunkOfThePolicy_HoldsForTheStepThatItDecides()
    {
        var policy = new FixedPolicy(new Palette(8, [2], [6]), _ => new Decision(new Split(2, 6), Reason.Fixed, ChunkTokens: 100));
        var rig = new EngineRig(EngineRig.Small(), policy);
        rig.Submit(250, 1);
        rig.Drain();
        Assert.Equal([100, 100, 50], rig.Executor.Launched.Select(r => r.Launch.Work.NewTokens));
    }

    [Fact]
    public void Decide_HoldsDecode_ItStartsWithThoseWhosePromptTheStepCompletes()
    {
        // Decode steps take 0.5 s and the prompt's 1.2: held, decode starts again when the prompt is done, with both sequences.
        var policy = new FixedPolicy(new Palette(8, [2], [6]), seen => new Decision(new Split(2, 6), Reason.Fixed, HoldsDecode: seen.Launching == Phase.Decode && seen.PrefillRunning));
        var rig = new EngineRig(EngineRig.Small(), policy, l => l.Phase == Phase.Prefill ? 1.2 : 0.5);
        rig.Submit(10, 20);
        rig.AdvanceTo(1.2);
        rig.Submit(10, 20);
        rig.Drain();
        var prefill = rig.Log.Steps.Last(s => s.Phase == Phase.Prefill);
        var decode = rig.Log.Steps.Where(s => s.Phase == Phase.Decode).ToArray();
        Assert.DoesNotContain(decode, s => s.StartS > prefill.StartS && s.StartS < prefill.EndS);
        Assert.Equal(2, decode.First(s => s.StartS >= prefill.EndS).Work.Sequences);
    }

    [Fact]
    public void Decide_Fuses_OneStepCarriesBothPhasesAndNothingRunsBesideIt()
    {
        var rig = new EngineRig(EngineRig.Small(), Fusing(chunkTokens: 100));
        rig.Submit(10, 5);
        rig.AdvanceTo(1.5);
        rig.Submit(250, 3);
        Assert.Single(rig.Executor.Streams);
        rig.Drain();
        var fused = rig.Log.Steps.Where(s => s.Phase == Phase.Hybrid).ToArray();
        Assert.Equal([100, 100, 50], fused.Select(s => s.Work.NewTokens));
        Assert.All(fused, s => Assert.Equal((1, 8, 1), (s.Beside.Sequences, s.Units, s.BesideShare)));
        Assert.Equal([1, 2, 3, 4, 5], rig.Log.TokensS[0]);
        Assert.Equal([5, 6, 7], rig.Log.TokensS[1]);
    }

    [Fact]
    public void Pinned_PolicyFuses_PhasesRunSideBySide()
    {
        var rig = new EngineRig(EngineRig.Small(), Fusing(chunkTokens: 100));
        rig.Split.Pinned = new Split(2, 6);
        rig.Submit(10, 50);
        rig.AdvanceTo(1.5);
        rig.Submit(250, 3);
        rig.Drain();
        Assert.DoesNotContain(rig.Log.Steps, s => s.Phase == Phase.Hybrid);
    }

    [Fact]
    public void Decide_AdmitTokens_ALongPromptWaitsUntilTheCacheHasEmptied()
    {
        // 1,000 blocks of 16: the first holds 8,000 of 16,000 tokens. While half is in use, prompts of up to 1,000 are admitted.
        var policy = new FixedPolicy(new Palette(8, [2], [6]), _ => new Decision(new Split(2, 6), Reason.Fixed, AdmitTokens: 1000));
        var rig = new EngineRig(EngineRig.Small() with { ChunkTokens = 10_000 }, policy);
        rig.Submit(8000, 10);
        rig.AdvanceTo(1.5);
        rig.Enqueue(2000, 1);
        rig.Enqueue(500, 1);
        rig.Pump();
        rig.Drain();
        Assert.True(rig.Log.Requests[2].FirstTokenS < rig.Log.Requests[0].FinishS);
        Assert.True(rig.Log.Requests[1].FirstScheduledS >= rig.Log.Requests[0].FinishS);
    }

    [Fact]
    public void Decide_ChunkPairs_ASecondPromptWithALongContextIsCut()
    {
        // 100 new tokens without context are 5,050 pairs. The long prompt has 900 tokens cached, so that two of it beside 90 of the short one (4,095 pairs) are 1,803 pairs too many.
        var policy = new FixedPolicy(new Palette(8, [2], [6]), _ => new Decision(new Split(2, 6), Reason.Fused, 100, Fuses: true, ChunkPairs: 5050));
        var rig = new EngineRig(EngineRig.Small(), policy);
        rig.Submit(10, 50);
        rig.AdvanceTo(1.5);
        rig.Enqueue(90, 5);
        rig.Enqueue(1000, 5, cachedTokens: 900);
        rig.Pump();
        rig.Drain();
        var fused = rig.Log.Steps.Where(s => s.Phase == Phase.Hybrid).ToArray();
        Assert.Equal(91, fused[0].Work.NewTokens);
        Assert.Equal(99, fused[1].Work.NewTokens);
    }

    private static FixedPolicy Fusing(int chunkTokens) =>
        new(new Palette(8, [2], [6]), _ => new Decision(new Split(2, 6), Reason.Fused, chunkTokens, Fuses: true));

    [Fact]
    public void Pinned_PolicyHoldsDecode_DecodeKeepsItsUnits()
    {
        var policy = new FixedPolicy(new Palette(8, [2], [6]), seen => new Decision(new Split(2, 6), Reason.Fixed, HoldsDecode: seen.Launching == Phase.Decode && seen.PrefillRunning));
        var rig = new EngineRig(EngineRig.Small(), policy, l => l.Phase == Phase.Prefill ? 1.2 : 0.5);
        rig.Split.Pinned = new Split(2, 6);
        rig.Submit(10, 20);
        rig.AdvanceTo(1.2);
        rig.Submit(10, 20);
        rig.Drain();
        var prefill = rig.Log.Steps.Last(s => s.Phase == Phase.Prefill);
        Assert.Contains(rig.Log.Steps, s => s.Phase == Phase.Decode && s.StartS > prefill.StartS && s.StartS < prefill.EndS);
    }

    private static int UnitsOf(EngineRig rig, Phase phase) =>
        rig.Executor.Streams.Values.Where(r => r.Launch.Phase == phase).Sum(r => r.Launch.Units);

    private EngineRig Rig(Palette? palette = null, Func<StepLaunch, double>? latencyS = null, EngineOptions? options = null) => new(
        options ?? EngineRig.Small(),
        new FixedPolicy(palette ?? new Palette(8, [2, 6], [2, 6]), _ => new Decision(_wanted, Reason.Fixed)),
        latencyS);

    /// <summary>A rig in which a long decode and a long prefill have just started side by side.</summary>
    private EngineRig Both(Palette? palette = null, Func<StepLaunch, double>? latencyS = null, EngineOptions? options = null)
    {
        var rig = Rig(palette, latencyS, (options ?? EngineRig.Small()) with { KvBlocks = 10_000 });
        rig.Submit(10, 100);
        rig.Submit(60_000, 2);
        while (rig.Executor.Streams.Count < 2)
        {
            Assert.True(rig.Step());
        }

        return rig;
    }
}
