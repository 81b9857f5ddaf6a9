using RapidTuner.Core;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Tests.Rig;

namespace RapidTuner.Engine.Tests.Scheduling;

/// <summary>What a prefill step takes: chunks, whole prompts, packing, prefix reuse.</summary>
public class PrefillStepTests
{
    [Fact]
    public void Compose_Chunked_CutsPrompts()
    {
        var rig = new EngineRig(EngineRig.Small() with { ChunkTokens = 100 });
        rig.Submit(250, 1);
        rig.Drain();
        Assert.Equal([(0, 100), (100, 100), (200, 50)], rig.Executor.Launched.Select(r => (r.Parts[0].FirstToken, r.Parts[0].Tokens)));
        Assert.Equal([0, 0, 1], rig.Executor.Launched.Select(r => r.Launch.Work.LogitRows));
        Assert.Equal(3, rig.Log.Requests[0].FirstTokenS);
        Assert.Equal(0, rig.Log.Requests[0].FirstScheduledS);
    }

    [Fact]
    public void Compose_Whole_NeverCutsAndPacksWithinTheChunk()
    {
        var rig = new EngineRig(EngineRig.Small() with { ChunkTokens = 100, WholePrompts = true });
        rig.Enqueue(250, 1);
        rig.Enqueue(60, 1);
        rig.Enqueue(40, 1);
        rig.Enqueue(30, 1);
        rig.Pump();
        rig.Drain();
        Assert.Equal([[30, 40], [60], [250]], rig.Executor.Launched.Select(r => r.Parts.Select(p => p.Tokens).ToArray()));
    }

    [Fact]
    public void Compose_SeveralShortPrompts_ShareAStep()
    {
        var rig = new EngineRig(EngineRig.Small() with { ChunkTokens = 100 });
        rig.Enqueue(30, 1);
        rig.Enqueue(50, 1);
        rig.Enqueue(90, 1);
        rig.Pump();
        rig.Drain();
        Assert.Equal([[30, 50, 20], [70]], rig.Executor.Launched.Select(r => r.Parts.Select(p => p.Tokens).ToArray()));
        Assert.Equal([1, 1, 2], rig.Log.Requests.Values.OrderBy(r => r.Id).Select(r => r.FirstTokenS));
    }

    [Fact]
    public void Compose_SequencesMax_BoundsAStep()
    {
        var rig = new EngineRig(EngineRig.Small() with { SequencesMax = 2 });
        for (var i = 0; i < 5; i++)
        {
            rig.Enqueue(10, 1);
        }

        rig.Pump();
        rig.Drain();
        Assert.Equal([2, 2, 1], rig.Executor.Launched.Select(r => r.Parts.Length));
    }

    [Fact]
    public void Compose_CachedPrefix_ComputesTheRestAndAttendsToAll()
    {
        var rig = new EngineRig(EngineRig.Small());
        rig.Submit(100, 1, cachedTokens: 70);
        var launch = rig.Executor.Launched[0].Launch;
        Assert.Equal(StepWork.Prefill(1, 30, 70), launch.Work);
        Assert.Equal((70 * 30) + (30 * 31 / 2), launch.Work.AttentionPairs);

        // KV is charged in full: 100 tokens are 7 blocks of 16.
        Assert.Equal((1000 - 7) / 1000.0, rig.Scheduler.KvFreeShare);
        rig.Drain();
    }

    [Fact]
    public void Compose_WholePromptCached_ComputesOneToken()
    {
        var rig = new EngineRig(EngineRig.Small());
        rig.Submit(100, 1, cachedTokens: 100);
        Assert.Equal([new PrefillPart(0, 99, 1)], rig.Executor.Launched[0].Parts);
        rig.Drain();
        Assert.Equal(100, rig.Log.Requests[0].CachedTokens);
    }

    [Fact]
    public void Compose_HeadWithoutBlocks_IsNotOvertakenByOneThatHasNotStarted()
    {
        // FCFS: 7 of 10 blocks are held; the head needs 5, the one behind it 1.
        var rig = new EngineRig(EngineRig.Small() with { KvBlocks = 10, Order = PrefillOrder.Fcfs }, FixedFcfs());
        rig.Submit(110, 20);
        rig.Submit(80, 1);
        rig.Submit(10, 1);
        rig.Drain();
        Assert.Equal([0L, 1L, 2L], rig.Log.Requests.Values.OrderBy(r => r.FirstScheduledS).ThenBy(r => r.Id).Select(r => r.Id));
        Assert.All(rig.Log.Requests.Values, r => Assert.Equal(Outcome.Finished, r.Outcome));
    }

    [Fact]
    public void Compose_Demotion_ServesTheLatePromptLast()
    {
        var policy = new FixedPolicy(new Core.Control.Palette(8, [4], [4]), _ => new(new Split(4, 4), Core.Control.Reason.Fixed, DemotionTokensPerS: 100));
        var rig = new EngineRig(EngineRig.Small() with { ChunkTokens = 100 }, policy);
        rig.Submit(100, 1);
        rig.Submit(90, 1, ttftLimitS: 0.5);
        rig.Submit(95, 1, ttftLimitS: 100);
        rig.Drain();
        Assert.Equal([0L, 2L, 1L], rig.Log.Requests.Values.OrderBy(r => r.FirstTokenS).Select(r => r.Id));
        Assert.All(rig.Log.Requests.Values, r => Assert.Equal(Outcome.Finished, r.Outcome));
    }

    private static FixedPolicy FixedFcfs() =>
        new(new Core.Control.Palette(8, [4], [4]), _ => new(new Split(4, 4), Core.Control.Reason.Fixed, Order: PrefillOrder.Fcfs));
}
