using RapidTuner.Core;
using RapidTuner.Engine.Tests.Rig;

namespace RapidTuner.Engine.Tests.Scheduling;

public class HybridSchedulerTests
{
    private static readonly EngineOptions Options = EngineRig.Small(EngineMode.Hybrid) with { ChunkTokens = 16 };

    [Fact]
    public void Pump_DecodeTokens_CountAgainstTheBudget()
    {
        var rig = new EngineRig(Options);
        rig.Enqueue(4, 10);
        rig.Enqueue(4, 10);
        rig.Enqueue(4, 10);
        rig.Pump();
        rig.Submit(100, 1);
        rig.AdvanceTo(1);
        var fused = rig.Executor.Launched[^1].Launch;
        Assert.Equal((Phase.Hybrid, 8, 13, 3), (fused.Phase, fused.Units, fused.Work.NewTokens, fused.Fused.NewTokens));
        rig.Drain();
        Assert.All(rig.Executor.Launched, r => Assert.True(r.Launch.Work.NewTokens + r.Launch.Fused.NewTokens <= 16));
    }

    [Fact]
    public void Pump_BudgetTakenByDecode_LeavesPrefillWaiting()
    {
        var rig = new EngineRig(Options);
        for (var i = 0; i < 20; i++)
        {
            rig.Enqueue(4, 20);
        }

        rig.Pump();
        rig.Drain();

        // Never more than 16 sequences: the prompts beyond them wait for the budget.
        Assert.Equal(16, rig.Log.Steps.Max(s => s.Work.Sequences));
        Assert.All(rig.Log.Requests.Values, r => Assert.Equal(20, r.OutputTokens));
    }

    [Fact]
    public void Pump_SequencesMax_BoundsDecodeAndPrefillTogether()
    {
        var rig = new EngineRig(EngineRig.Small(EngineMode.Hybrid) with { SequencesMax = 3 });
        for (var i = 0; i < 6; i++)
        {
            rig.Enqueue(10, 4);
        }

        rig.Pump();
        rig.Drain();
        Assert.All(rig.Executor.Launched, r => Assert.InRange(r.Launch.Work.Sequences + r.Launch.Fused.Sequences, 1, 3));
    }

    [Fact]
    public void Complete_FusedStep_ReportsBothParts()
    {
        var rig = new EngineRig(Options);
        rig.Submit(10, 5);
        rig.Submit(40, 1);
        rig.Drain();
        var fused = rig.Log.Steps.First(s => s.Phase == Phase.Hybrid);
        Assert.Equal((15, 1, 8, 1.0), (fused.Work.NewTokens, fused.Beside.Sequences, fused.BesideUnits, fused.BesideShare));
        Assert.Equal([Phase.Prefill, Phase.Hybrid], rig.Log.Steps.Take(2).Select(s => s.Phase));
        Assert.Equal(Phase.Decode, rig.Log.Steps[^1].Phase);
    }

    [Fact]
    public void Cancel_EachState_LeavesAtTheStepsEnd()
    {
        var rig = new EngineRig(Options);
        var decoding = rig.Submit(10, 50);
        rig.AdvanceTo(1.5);
        var cut = rig.Submit(200, 5);
        rig.AdvanceTo(2.5);
        rig.Cancel(decoding);
        rig.Cancel(cut);
        Assert.Equal(2, rig.Scheduler.InFlight);
        rig.Drain();
        Assert.All(rig.Log.Requests.Values, r => Assert.Equal(3, r.FinishS));
    }
}
