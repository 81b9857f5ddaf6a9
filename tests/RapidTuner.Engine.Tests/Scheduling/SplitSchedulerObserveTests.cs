using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Engine.Tests.Rig;

namespace RapidTuner.Engine.Tests.Scheduling;

/// <summary>What a policy sees at a step boundary.</summary>
public class SplitSchedulerObserveTests
{
    [Fact]
    public void Observe_PrefillLaunch_CountsThePromptsAboutToRun()
    {
        var rig = new EngineRig(EngineRig.Small() with { ChunkTokens = 100 });
        rig.AdvanceTo(1);
        rig.Enqueue(150, 1, ttftLimitS: 7);
        rig.AdvanceTo(3);
        rig.Enqueue(200, 1, ttftLimitS: 9);
        rig.Pump();
        var seen = rig.Log.Decisions[^1].Seen;
        Assert.Equal((Phase.Prefill, 2, 350L), (seen.Launching, seen.PrefillQueued, seen.PrefillQueuedTokens));
        Assert.Equal((1.0, 5.0), (seen.PrefillOldestArrivalS, seen.PrefillHeadSlackS));
        Assert.Equal(StepWork.Prefill(1, 100, 0) with { LogitRows = 0 }, seen.PrefillNext);
        Assert.False(seen.PrefillRunning);
    }

    [Fact]
    public void Observe_DecodeLaunchWithPrefillAboutToFollow_SeesItsWholeStep()
    {
        var rig = new EngineRig(EngineRig.Small() with { ChunkTokens = 100 });
        rig.Submit(10, 9);
        rig.AdvanceTo(1.5);
        rig.Enqueue(30, 1);
        rig.Enqueue(40, 1);
        rig.Enqueue(50, 1);
        rig.AdvanceTo(2);
        var seen = rig.Log.Decisions[^2].Seen;
        Assert.Equal((Phase.Decode, 3, 100), (seen.Launching, seen.PrefillQueued, seen.PrefillNext.NewTokens));
        Assert.Equal(rig.Executor.Launched[^1].Launch.Work, seen.PrefillNext);
    }

    [Fact]
    public void Observe_WhilePrefillRuns_TellsOfBothSteps()
    {
        var rig = new EngineRig(EngineRig.Small() with { ChunkTokens = 100 }, latencyS: l => l.Phase == Phase.Prefill ? 1.6 : 1);
        rig.Submit(10, 9);
        rig.AdvanceTo(2);
        rig.Enqueue(70, 1);
        rig.Enqueue(80, 1);
        rig.AdvanceTo(2.6);
        rig.AdvanceTo(3.6);
        var seen = rig.Log.Decisions[^1].Seen;
        Assert.Equal((Phase.Decode, true, 100, 4, 1), (seen.Launching, seen.PrefillRunning, seen.PrefillWork.NewTokens, seen.PrefillUnits, seen.PrefillCompletes));
        Assert.Equal((2.6, 1, 50L, 50), (seen.PrefillStartedS, seen.PrefillQueued, seen.PrefillQueuedTokens, seen.PrefillNext.NewTokens));
        Assert.Equal((3.6, 1.6), (seen.DecodeLastTokenS, seen.PrefillLatestStepS));
        Assert.Equal(1, seen.DecodeLatestStepS, 1e-12);
    }

    [Fact]
    public void Observe_PrefillLaunchWhileDecodeRuns_CountsRunningAndJoining()
    {
        var rig = new EngineRig(EngineRig.Small(), latencyS: l => l.Phase == Phase.Prefill ? 1 : 4);
        rig.Submit(10, 9);
        rig.AdvanceTo(1.5);
        rig.Enqueue(20, 5);
        rig.AdvanceTo(6);
        rig.Submit(30, 5);
        var seen = rig.Log.Decisions[^1].Seen;
        Assert.Equal((Phase.Prefill, true, 1), (seen.Launching, seen.DecodeRunning, seen.DecodeJoining));
        Assert.Equal(StepWork.Decode(2, 10 + 1 + 20), seen.DecodeNext);
        Assert.Equal((6.0, 5.0, 5.0, 4), (seen.DecodeJoiningSinceS, seen.DecodeStartedS, seen.DecodeLastTokenS, seen.DecodeUnits));
    }

    [Fact]
    public void Observe_HeadPreempted_HasNoDeadlineForItsFirstToken()
    {
        var rig = new EngineRig(EngineRig.Small() with { KvBlocks = 7, KvWatermarkShare = 0 });
        rig.Enqueue(47, 10, ttftLimitS: 3);
        rig.Enqueue(48, 10, ttftLimitS: 3);
        rig.Pump();
        while (rig.Scheduler.Preemptions == 0)
        {
            Assert.True(rig.Step());
        }

        Assert.Equal(double.PositiveInfinity, rig.Split.Observe(Phase.Decode, rig.NowS).PrefillHeadSlackS);
    }

    [Fact]
    public void Observe_Idle_IsEmpty()
    {
        var rig = new EngineRig(EngineRig.Small());
        var seen = rig.Split.Observe(Phase.Decode, 5);
        Assert.Equal(
            new Observation
            {
                NowS = 5,
                Launching = Phase.Decode,
                DeviceUnits = 8,
                Split = new Split(8, 8),
                ItlLimitS = 1.5,
                PrefillOldestArrivalS = double.NaN,
                PrefillHeadSlackS = double.PositiveInfinity,
                DecodeJoiningSinceS = double.NaN,
                DecodeLastTokenS = double.NaN,
                KvFreeShare = 1,
            },
            seen);
    }

    [Fact]
    public void Observe_Asked_ChangesNothing()
    {
        var (asked, unasked) = (new EngineRig(EngineRig.Small()), new EngineRig(EngineRig.Small()));
        foreach (var rig in new[] { asked, unasked })
        {
            for (var i = 0; i < 30; i++)
            {
                rig.Submit(500 + (i * 37 % 400), 5 + (i % 7), ttftLimitS: i);
                rig.AdvanceTo(rig.NowS + 0.4);
                if (rig == asked)
                {
                    rig.Split.Observe(Phase.Prefill, rig.NowS);
                    rig.Split.Observe(Phase.Decode, rig.NowS);
                }
            }

            rig.Drain();
        }

        Assert.Equal(unasked.Log.Steps, asked.Log.Steps);
    }
}
