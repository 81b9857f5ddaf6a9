using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;

namespace RapidTuner.Engine.Twin.Tests;

public class TwinEngineTests
{
    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    [InlineData(EngineMode.Disaggregated)]
    public void Run_SameSeed_IsTheSameToTheBit(EngineMode mode)
    {
        var load = Twins.Load(150, 6, 1);
        var first = Twins.Run(mode, 1, load);
        first.AssertSame(Twins.Run(mode, 1, load));
        Assert.Equal(150, first.Requests.Count);
        Assert.All(first.Requests, r => Assert.Equal(Outcome.Finished, r.Outcome));
    }

    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    [InlineData(EngineMode.Disaggregated)]
    public void Run_OtherSeed_Differs(EngineMode mode)
    {
        var load = Twins.Load(30, 4, 1);
        Assert.NotEqual(Twins.Run(mode, 1, load).Steps, Twins.Run(mode, 2, load).Steps);
    }

    [Theory]
    [InlineData(EngineMode.Split)]
    [InlineData(EngineMode.Hybrid)]
    [InlineData(EngineMode.Disaggregated)]
    public void Run_Always_TimeNeverRunsBackwards(EngineMode mode)
    {
        var recorder = new Recorder();
        var engine = Twins.Build(recorder, mode);
        var lastS = 0.0;
        foreach (var request in Twins.Load(100, 6, 2))
        {
            engine.Submit(in request, 1);
            Assert.True(engine.NowS >= lastS);
            lastS = engine.NowS;
            Assert.Equal(request.ArrivalS, lastS);
        }

        Assert.Equal(engine.Drain(), engine.NowS);
        Assert.All(recorder.Steps, s => Assert.True(s.EndS > s.StartS));
        Assert.Equal(recorder.Steps.Select(s => s.EndS).Order(), recorder.Steps.Select(s => s.EndS));
        Assert.All(recorder.Gaps, g => Assert.True(g.GapS > 0));
        Assert.Equal(recorder.Requests.Max(r => r.FinishS), engine.NowS);
    }

    [Fact]
    public void Submit_TheNoiseFreeTwin_TakesTheCostModelsTime()
    {
        var recorder = new Recorder();
        var engine = Twins.Build(recorder, policy: new HalfPolicy(), twin: TwinOptions.NoiseFree with { SwitchS = 0 });
        engine.Submit(new TraceRequest(3, 400, 3), 1);
        engine.Drain();
        var cost = Twins.Cost;
        var prefillS = cost.AloneS(Core.Phase.Prefill, Core.StepWork.Prefill(1, 400, 0), Twins.Units);
        Assert.Equal(3 + prefillS, recorder.Requests[0].FirstTokenS, 1e-12);
        var decodeS = cost.AloneS(Core.Phase.Decode, Core.StepWork.Decode(1, 400), Twins.Units) + cost.AloneS(Core.Phase.Decode, Core.StepWork.Decode(1, 401), Twins.Units);
        Assert.Equal(3 + prefillS + decodeS, engine.NowS, 1e-12);
    }

    [Fact]
    public void Submit_SimultaneousArrivals_AreSeenBeforeTheLaunch()
    {
        var recorder = new Recorder();
        var engine = Twins.Build(recorder);
        for (var i = 0; i < 10; i++)
        {
            engine.Submit(new TraceRequest(1, 20, 2), 1);
        }

        engine.Drain();
        Assert.Equal(10, recorder.Steps[0].Work.Sequences);
    }

    [Fact]
    public void Submit_TooLongForTheContext_IsRefusedAndNothingRuns()
    {
        var recorder = new Recorder();
        var engine = Twins.Build(recorder);
        Assert.True(engine.Submit(new TraceRequest(1, 8000, 500), 1).Refused);
        Assert.Equal(double.PositiveInfinity, engine.NextEventS);
        Assert.Equal(1, engine.Drain());
        Assert.Equal(Outcome.RejectedSize, recorder.Requests.Single().Outcome);
    }

    [Fact]
    public void Cancel_AtAnyTime_TheRestGoesOn()
    {
        var recorder = new Recorder();
        var engine = Twins.Build(recorder);
        var rng = new Rng(1, "cancel");
        var handles = new List<RequestHandle>();
        foreach (var request in Twins.Load(200, 6, 3))
        {
            handles.Add(engine.Submit(in request, 1));
            if (rng.NextInt(3) == 0)
            {
                engine.Cancel(handles[rng.NextInt(handles.Count)]);
            }
        }

        engine.Drain();
        Assert.Equal(200, recorder.Requests.Select(r => r.Id).Distinct().Count());
        Assert.InRange(recorder.Requests.Count(r => r.Outcome == Outcome.Cancelled), 5, 100);
        Assert.Equal(1, engine.Scheduler.KvFreeShare);
    }

    /// <summary>A copy taken at any instant, into an engine that has lived before, goes on exactly as its original.</summary>
    [Fact]
    public void CopyFrom_AtAnyTime_BothGoOnAlike()
    {
        var (original, copied) = (new Recorder(), new Recorder());
        var copy = Twins.Build(copied, seed: 1);
        for (var round = 0UL; round < 12; round++)
        {
            var rng = new Rng(round, "copy");
            var load = Twins.Load(120, 8, round);
            var engine = Twins.Build(original, seed: 1);
            var cut = rng.NextInt(load.Length);
            Twins.Submit(engine, load.AsSpan(0, cut));
            if (cut > 0)
            {
                engine.Cancel(new RequestHandle(rng.NextInt(10), rng.NextInt(cut)));
                engine.Cancel(original.Requests.Count > 0 ? new RequestHandle(0, original.Requests[0].Id) : default);
            }

            copy.CopyFrom(engine);
            Assert.Equal(engine.NowS, copy.NowS);
            original.Clear();
            copied.Clear();
            foreach (var each in new[] { engine, copy })
            {
                Twins.Submit(each, load.AsSpan(cut, (load.Length - cut) / 2));
                each.AdvanceTo(each.NowS + 0.1);
                Twins.Submit(each, load.AsSpan(cut + ((load.Length - cut) / 2)));
            }

            Assert.Equal(engine.Drain(), copy.Drain());
            original.AssertSame(copied);
            Assert.Equal(engine.Scheduler.Preemptions, copy.Scheduler.Preemptions);
            Assert.Equal(engine.Scheduler.Switches, copy.Scheduler.Switches);

            // Leave the copy in the middle of something, for the next round to write over.
            Twins.Submit(copy, [new TraceRequest(copy.NowS, 3000, 50), new TraceRequest(copy.NowS + 0.01, 300, 50)]);
            original.Clear();
        }
    }

    [Fact]
    public void CopyFrom_WithACancellationPending_CopiesIt()
    {
        var (original, copied) = (new Recorder(), new Recorder());
        var (engine, copy) = (Twins.Build(original), Twins.Build(copied));
        var handle = engine.Submit(new TraceRequest(0, 300, 500), 1);
        engine.AdvanceTo(0.5);
        engine.Cancel(handle);
        copy.CopyFrom(engine);
        Assert.Equal(engine.Drain(), copy.Drain());
        Assert.Equal(Outcome.Cancelled, copied.Requests.Single().Outcome);
    }

    [Fact]
    public void Step_SteadyState_AllocatesNothing()
    {
        var engine = Twins.Build(new Silent(), policy: new HalfPolicy());
        for (var i = 0; i < 12; i++)
        {
            engine.Submit(new TraceRequest(0, 40 + i, 700), 1);
        }

        while (engine.Scheduler.Steps < 100)
        {
            engine.Step(double.PositiveInfinity);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        while (engine.Scheduler.Steps < 600)
        {
            engine.Step(double.PositiveInfinity);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private sealed class HalfPolicy : Core.Control.IPolicy
    {
        public string Name => "half";

        public Core.Control.Palette Palette { get; } = new(Twins.Units, [Twins.Units / 2], [Twins.Units / 2]);

        public Core.Control.Decision Decide(in Core.Control.Observation seen) =>
            new(new(Twins.Units / 2, Twins.Units / 2), Core.Control.Reason.Fixed);
    }

    private sealed class Silent : IEngineObserver
    {
        public void OnStep(in StepSample step)
        {
        }

        public void OnGaps(double nowS, double gapS, int count)
        {
        }

        public void OnRequest(in RequestSample request)
        {
        }
    }
}
