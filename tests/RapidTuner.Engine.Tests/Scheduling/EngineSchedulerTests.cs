using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Tests.Rig;

namespace RapidTuner.Engine.Tests.Scheduling;

/// <summary>A request's life: arrival, refusal, cancellation, preemption, end.</summary>
public class EngineSchedulerTests
{
    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    [InlineData(EngineMode.Disaggregated)]
    public void Run_OneRequest_GivesItsTokensOnePerStep(EngineMode mode)
    {
        var rig = new EngineRig(EngineRig.Small(mode));
        rig.Submit(10, 4);
        rig.Drain();
        Assert.Equal([1, 2, 3, 4], rig.Log.TokensS[0]);
        var sample = rig.Log.Requests[0];
        Assert.Equal((Outcome.Finished, 4, 1.0, 4.0, 0), (sample.Outcome, sample.OutputTokens, sample.FirstTokenS, sample.FinishS, sample.LateGaps));
        Assert.Equal(4, rig.Scheduler.Steps);
    }

    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    [InlineData(EngineMode.Disaggregated)]
    public void Run_OneTokenEach_NeverDecodes(EngineMode mode)
    {
        var rig = new EngineRig(EngineRig.Small(mode));
        rig.Submit(10, 1);
        rig.Drain();
        Assert.Equal([Phase.Prefill], rig.Log.Steps.Select(s => s.Phase));
        Assert.Equal(double.NaN, rig.Log.Requests[0].MeanItlS);
    }

    [Fact]
    public void Pump_SimultaneousArrivals_AreAllSeenBeforeTheLaunch()
    {
        var rig = new EngineRig(EngineRig.Small());
        for (var i = 0; i < 20; i++)
        {
            rig.Enqueue(10, 2);
        }

        rig.Pump();
        Assert.Equal(20, rig.Executor.Launched[0].Parts.Length);
        rig.Drain();
        Assert.All(rig.Log.Requests.Values, r => Assert.Equal(2, r.FinishS));
    }

    [Theory]
    [InlineData(90, 11)]
    [InlineData(101, 0)]
    [InlineData(100, 0)]
    public void Submit_LongerThanTheContext_IsRefusedBySize(int prompt, int outputMax)
    {
        var rig = new EngineRig(EngineRig.Small() with { ContextTokens = 100 });
        var handle = rig.Scheduler.Submit(new EngineRequest(0, prompt, 0, outputMax, 1), 0);
        Assert.True(handle.Refused);
        Assert.Equal(Outcome.RejectedSize, rig.Log.Requests[0].Outcome);
        Assert.False(rig.Log.Requests[0].Attained);
        Assert.False(rig.Cancel(handle));
    }

    [Fact]
    public void Submit_LongerThanTheWholeKv_IsRefusedBySize()
    {
        var rig = new EngineRig(EngineRig.Small() with { KvBlocks = 4 });
        Assert.True(rig.Submit(60, 5).Refused);
        Assert.False(rig.Submit(60, 4).Refused);
        rig.Drain();
        Assert.Equal([Outcome.RejectedSize, Outcome.Finished], rig.Log.Requests.Values.OrderBy(r => r.Id).Select(r => r.Outcome));
    }

    [Fact]
    public void Submit_QueueFull_IsRefusedByLoad()
    {
        var rig = new EngineRig(EngineRig.Small() with { QueueMax = 2 });
        rig.Submit(10, 1);
        Assert.False(rig.Submit(10, 1).Refused);
        Assert.False(rig.Submit(10, 1).Refused);
        Assert.True(rig.Submit(10, 1).Refused);
        rig.Drain();
        Assert.Equal(Outcome.RejectedLoad, rig.Log.Requests[3].Outcome);
        Assert.Equal(double.NaN, rig.Log.Requests[3].TtftS);
    }

    [Fact]
    public void Submit_IdsRise_RefusedOnesIncluded()
    {
        var rig = new EngineRig(EngineRig.Small() with { ContextTokens = 100 });
        Assert.Equal([0L, 1L, 2L], new[] { rig.Submit(10, 1), rig.Submit(1000, 1), rig.Submit(10, 1) }.Select(h => h.Id));
        Assert.Equal(3, rig.Scheduler.Submitted);
    }

    [Fact]
    public void Cancel_Queued_EndsAtOnce()
    {
        var rig = new EngineRig(EngineRig.Small());
        rig.Submit(10, 1);
        var queued = rig.Submit(10, 1);
        Assert.True(rig.Cancel(queued));
        Assert.Equal(Outcome.Cancelled, rig.Log.Requests[1].Outcome);
        Assert.False(rig.Cancel(queued));
        rig.Drain();
    }

    [Fact]
    public void Cancel_QueuedBetweenChunks_GivesItsBlocksBack()
    {
        var rig = new EngineRig(EngineRig.Small() with { ChunkTokens = 100 });
        var cut = rig.Submit(1000, 1);
        rig.Submit(50, 1);
        rig.AdvanceTo(1);
        Assert.Equal([1L, 0L], rig.Executor.Launched[^1].Parts.Select(p => rig.Executor.Sequences[p.Slot].Handle.Id));
        rig.Submit(40, 1);
        rig.Submit(60, 1);
        rig.AdvanceTo(2);
        Assert.True(rig.Cancel(cut));
        rig.Drain();
        Assert.Equal(Outcome.Cancelled, rig.Log.Requests[0].Outcome);
    }

    [Fact]
    public void Cancel_InPrefill_LeavesAtTheStepsEnd()
    {
        var rig = new EngineRig(EngineRig.Small());
        var handle = rig.Submit(10, 5);
        rig.AdvanceTo(0.5);
        Assert.True(rig.Cancel(handle));
        Assert.Equal(1, rig.Scheduler.InFlight);
        rig.Drain();
        Assert.Equal((Outcome.Cancelled, 0, 1.0), (rig.Log.Requests[0].Outcome, rig.Log.Requests[0].OutputTokens, rig.Log.Requests[0].FinishS));
    }

    [Fact]
    public void Cancel_InDecode_LeavesAtTheStepsEndWithItsTokens()
    {
        var rig = new EngineRig(EngineRig.Small());
        var handle = rig.Submit(10, 50);
        rig.Submit(10, 5);
        rig.AdvanceTo(3.5);
        Assert.True(rig.Cancel(handle));
        Assert.True(rig.Cancel(handle));
        rig.Drain();
        Assert.Equal((Outcome.Cancelled, 4.0), (rig.Log.Requests[0].Outcome, rig.Log.Requests[0].FinishS));
        rig.Log.CheckRequests(1.5);
    }

    [Fact]
    public void Cancel_ReadyToJoin_LeavesBeforeItDecodes()
    {
        // Decode steps take 10 s, so the second prompt is done and waits to join.
        var rig = new EngineRig(EngineRig.Small(), latencyS: l => l.Phase == Phase.Decode ? 10 : 1);
        rig.Submit(10, 3);
        rig.AdvanceTo(1.5);
        var joining = rig.Submit(10, 3);
        rig.AdvanceTo(11.5);
        rig.AdvanceTo(12.5);
        Assert.Equal(1, rig.Split.Observe(Phase.Decode, rig.NowS).DecodeJoining);
        Assert.True(rig.Cancel(joining));
        rig.Drain();
        Assert.Equal((Outcome.Cancelled, 1, 21.0), (rig.Log.Requests[1].Outcome, rig.Log.Requests[1].OutputTokens, rig.Log.Requests[1].FinishS));
    }

    [Fact]
    public void Cancel_HandleOfAnEarlierTenantOfTheSlot_IsFalse()
    {
        var rig = new EngineRig(EngineRig.Small());
        var first = rig.Submit(10, 1);
        rig.Drain();
        var second = rig.Submit(10, 1);
        Assert.Equal(first.Slot, second.Slot);
        Assert.False(rig.Cancel(first));
        rig.Drain();
        Assert.Equal(Outcome.Finished, rig.Log.Requests[1].Outcome);
    }

    [Fact]
    public void Run_KvFull_PreemptsTheLatestAndRecomputesIt()
    {
        // Two sequences of 3 blocks each that both want a fourth; 7 blocks in all.
        var rig = new EngineRig(EngineRig.Small() with { KvBlocks = 7, KvWatermarkShare = 0 });
        rig.Enqueue(47, 10);
        rig.Enqueue(48, 10);
        rig.Pump();
        rig.Drain();
        Assert.Equal(1, rig.Scheduler.Preemptions);
        var preempted = rig.Log.Requests[1];
        Assert.Equal((Outcome.Finished, 10, 1), (preempted.Outcome, preempted.OutputTokens, preempted.Preemptions));
        var recompute = rig.Executor.Launched.Last(r => r.Launch.Phase == Phase.Prefill);
        Assert.Equal(0, recompute.Parts[0].FirstToken);
        Assert.True(recompute.Parts[0].Tokens > 48);
        Assert.Equal(0, rig.Log.Requests[0].Preemptions);
        rig.Log.CheckRequests(1.5);
    }

    [Fact]
    public void Run_PreemptedWithCachedPrefix_FindsItAgain()
    {
        var rig = new EngineRig(EngineRig.Small() with { KvBlocks = 7, KvWatermarkShare = 0 });
        rig.Enqueue(47, 10, cachedTokens: 40);
        rig.Enqueue(48, 10, cachedTokens: 32);
        rig.Pump();
        rig.Drain();
        Assert.Equal(32, rig.Executor.Launched.Last(r => r.Launch.Phase == Phase.Prefill).Parts[0].FirstToken);
    }

    [Fact]
    public void Run_SequencesMax_OthersWaitToJoin()
    {
        var rig = new EngineRig(EngineRig.Small() with { SequencesMax = 2 });
        for (var i = 0; i < 4; i++)
        {
            rig.Enqueue(10, 3);
        }

        rig.Pump();
        rig.Drain();
        Assert.All(rig.Log.Steps, s => Assert.InRange(s.Work.Sequences, 1, 2));
        Assert.All(rig.Log.Requests.Values, r => Assert.Equal(3, r.OutputTokens));
    }

    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    public void Run_AllMembersGiveWayToThoseThatWait_GoesOn(EngineMode mode)
    {
        // One sequence at a time and no free block: the member that needs one gives way to the one that waits to join.
        var rig = new EngineRig(EngineRig.Small(mode) with { KvBlocks = 4, KvWatermarkShare = 0, SequencesMax = 1, ChunkTokens = 64 });
        rig.Submit(16, 4);
        rig.Submit(46, 3);
        rig.Drain();
        Assert.All(rig.Log.Requests.Values, r => Assert.Equal(Outcome.Finished, r.Outcome));
    }

    [Fact]
    public void Run_ExecutorNeverEndsASequence_FailsLoudly()
    {
        var rig = new EngineRig(EngineRig.Small() with { KvBlocks = 4 });
        var handle = rig.Scheduler.Submit(new EngineRequest(0, 10, 0, 0, 1), 0);
        rig.Executor.Submitted(handle, 10, 0, outputTokens: int.MaxValue);
        rig.Pump();
        Assert.Contains("whole KV cache", Assert.Throws<InvalidOperationException>(() => rig.Drain()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    [InlineData(EngineMode.Disaggregated)]
    public void Abandon_EveryState_ReportsEachOnceWithItsTokens(EngineMode mode)
    {
        var rig = new EngineRig(EngineRig.Small(mode) with { ChunkTokens = 32, KvBytesPerToken = 1, LinkBytesPerS = 20 });
        for (var i = 0; i < 12; i++)
        {
            rig.Submit(20 + i, 30);
            rig.AdvanceTo(rig.NowS + 0.7);
        }

        rig.Scheduler.Abandon(rig.NowS);
        Assert.Equal(0, rig.Scheduler.InFlight);
        Assert.All(rig.Log.Requests.Values, r => Assert.Equal(Outcome.Unfinished, r.Outcome));
        Assert.Equal(12, rig.Log.Requests.Count);
        rig.Log.CheckRequests(1.5);
    }

    [Fact]
    public void Observer_HearsOfArrivalsFirstTokensAndDecisions()
    {
        var rig = new EngineRig(EngineRig.Small());
        rig.AdvanceTo(2);
        rig.Submit(10, 3);
        rig.Drain();
        Assert.Equal(1, rig.Log.Arrivals);
        Assert.Equal([(3.0, 0L, 2.0)], rig.Log.FirstTokens);
        Assert.Equal([Phase.Prefill, Phase.Decode, Phase.Decode], rig.Log.Decisions.Select(d => d.Seen.Launching));
        Assert.All(rig.Log.Decisions, d => Assert.Equal(Reason.Fixed, d.Decided.Reason));
    }
}
