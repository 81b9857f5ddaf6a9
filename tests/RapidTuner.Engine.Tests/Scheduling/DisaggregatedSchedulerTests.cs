using RapidTuner.Core.Samples;
using RapidTuner.Engine.Tests.Rig;

namespace RapidTuner.Engine.Tests.Scheduling;

public class DisaggregatedSchedulerTests
{
    // A token's KV takes 10 ms over the link; ten layers.
    private static readonly EngineOptions Options = EngineRig.Small(EngineMode.Disaggregated) with { KvBytesPerToken = 1, LinkBytesPerS = 100, Layers = 10 };

    [Fact]
    public void HandOver_ShortTransfer_OverlapsItsPrefillButForTheLastLayer()
    {
        var rig = new EngineRig(Options);
        rig.Submit(50, 2);
        rig.Drain();

        // Prefill 0–1, sending 0.5 s overlapped: the last tenth arrives at 1.05, decode runs until 2.05.
        Assert.Equal(1, rig.Log.TokensS[0][0]);
        Assert.Equal(2.05, rig.Log.TokensS[0][1], 1e-9);
    }

    [Fact]
    public void HandOver_LongTransfer_ArrivesWhenTheLinkIsThrough()
    {
        var rig = new EngineRig(Options);
        rig.Submit(300, 2);
        rig.Drain();
        Assert.Equal(4, rig.Log.TokensS[0][1], 1e-9);
    }

    [Fact]
    public void Pump_FreePrefillDevices_ShareOneQueue()
    {
        var rig = new EngineRig(Options with { PrefillDevices = 2, ChunkTokens = 100 });
        rig.Enqueue(90, 1);
        rig.Enqueue(80, 1);
        rig.Enqueue(70, 1);
        rig.Pump();
        Assert.Equal([(0, 70), (1, 80)], rig.Executor.Streams.Select(s => (s.Key, s.Value.Launch.Work.NewTokens)));
        rig.Drain();
        Assert.All(rig.Executor.Launched, r => Assert.Equal(8, r.Launch.Units));
    }

    [Fact]
    public void Pump_ChunkSmallerThanAPrompt_ComputesItWhole()
    {
        var rig = new EngineRig(Options with { ChunkTokens = 16 });
        rig.Submit(500, 1);
        rig.Drain();
        Assert.Equal([500], rig.Executor.Launched.Select(r => r.Launch.Work.NewTokens));
    }

    [Fact]
    public void HandOver_SeveralDecodeDevices_ChoosesTheOneThatHoldsLeast()
    {
        var rig = new EngineRig(Options with { DecodeDevices = 2, LinkBytesPerS = double.PositiveInfinity });
        rig.Enqueue(100, 30);
        rig.Enqueue(400, 30);
        rig.Enqueue(200, 30);
        rig.Pump();
        rig.AdvanceTo(1);

        // In order of their prompts' lengths: 100 to the first, 200 to the second, 400 beside the 100.
        Assert.Equal([2, 1], rig.Executor.Streams.Select(s => s.Value.Launch.Work.Sequences));
        rig.Drain();
    }

    [Fact]
    public void HandOver_NoRoomOnAnyDecodeDevice_WaitsAndThenSendsAlone()
    {
        // Each device holds 10 blocks: the second prompt waits for the first to end, then sends 1 s without overlap.
        var rig = new EngineRig(Options with { KvBlocks = 10 });
        rig.Submit(100, 5);
        rig.Submit(100, 2);
        rig.Drain();
        var firstEndS = rig.Log.Requests[0].FinishS;
        Assert.Equal(firstEndS + 1 + 1, rig.Log.Requests[1].FinishS, 1e-9);
        Assert.Equal(2, rig.Log.Requests[1].FirstTokenS);
    }

    [Fact]
    public void HandOver_SmallPromptBehindOneThatWaitsForRoom_DoesNotOvertake()
    {
        var rig = new EngineRig(Options with { KvBlocks = 10, ChunkTokens = 16, KvWatermarkShare = 0 });
        rig.Submit(100, 5);
        rig.AdvanceTo(0.5);
        rig.Submit(64, 3);
        rig.AdvanceTo(1.5);
        rig.Submit(10, 2);
        rig.Drain();
        Assert.Equal([0L, 1L, 2L], rig.Log.Requests.Values.OrderBy(r => r.FinishS).Select(r => r.Id));
        Assert.Equal([1.0, 2.0, 3.0], rig.Log.Requests.Values.OrderBy(r => r.Id).Select(r => r.FirstTokenS));
    }

    [Fact]
    public void Cancel_InTransferOrWaitingForRoom_GivesTheBlocksBack()
    {
        var rig = new EngineRig(Options with { KvBlocks = 10, ChunkTokens = 16, KvWatermarkShare = 0 });
        rig.Submit(100, 5);
        var waiting = rig.Submit(60, 2);
        var sending = rig.Submit(30, 2);
        rig.AdvanceTo(2.01);
        Assert.True(rig.Cancel(sending));
        rig.AdvanceTo(3.05);
        Assert.True(rig.Cancel(waiting));
        rig.Drain();
        Assert.Equal(
            [(Outcome.Finished, 0), (Outcome.Cancelled, 305), (Outcome.Cancelled, 203)],
            rig.Log.Requests.Values.OrderBy(r => r.Id).Select(r => (r.Outcome, r.Id == 0 ? 0 : (int)Math.Round(100 * r.FinishS))));
    }

    [Fact]
    public void Cancel_PreemptedOnADecodeDeviceWithoutAPrefillTwin_Ends()
    {
        // Two decode devices, one prefill device: the preempted prompt waits in the queue and names decode device 1 no more.
        var rig = new EngineRig(Options with { KvBlocks = 7, DecodeDevices = 2, KvWatermarkShare = 0, LinkBytesPerS = double.PositiveInfinity });
        var handles = Enumerable.Range(0, 4).Select(_ => rig.Submit(47, 12)).ToArray();
        while (rig.Scheduler.Preemptions < 2)
        {
            Assert.True(rig.Step());
        }

        Assert.All(handles, h => rig.Cancel(h));
        rig.Drain();
        Assert.Equal(4, rig.Log.Requests.Count);
    }
}
