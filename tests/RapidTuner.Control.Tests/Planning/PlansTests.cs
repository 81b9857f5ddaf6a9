using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;

namespace RapidTuner.Control.Tests.Planning;

/// <summary>The slow loop in virtual time and on a thread of its own: both plan from the same events, and neither keeps the engine waiting for a plan.</summary>
public sealed class PlansTests
{
    private static readonly ToyDevice Device = new();
    private static readonly PlannerSettings Settings = new();
    private static readonly EngineOptions Options = new() { DeviceUnits = ToyDevice.Units, KvBlocks = 20_000, ContextTokens = 32_768, ItlLimitS = Situation.ItlLimitS };

    [Fact]
    public void At_VirtualTime_PlanComesIntoForceALatencyLater()
    {
        var (planner, recent) = Planner();
        var plans = new VirtualPlans(planner, recent, Settings with { LatencyS = 0.4 });
        var published = new List<PlanSample>();
        plans.Planned = published.Add;
        Feed(plans.Observer);
        for (var s = 200; s < 400 && published.Count < 3; s++)
        {
            plans.At(Seen(s));
            Assert.Equal(0, plans.Figures(s + 0.5).AgeS);
        }

        Assert.Equal(3, published.Count);
        Assert.All(published, p => Assert.Contains(p.Candidates[p.ChosenIndex].Name, p.Candidates.Select(c => c.Name)));
        Assert.All(published, p => Assert.True(p.Candidates.Count(c => c.Attained is not null) > 5));
        Assert.All(published, p => Assert.Equal(p.Candidates.Max(c => c.Score), p.Candidates[p.ChosenIndex].Score));
        Assert.Equal(0, published[0].CurrentIndex);
    }

    [Fact]
    public void At_HundredsInFlight_PlansAllTheSame()
    {
        // 20 requests/s that stay 20 s: the latest three hundred span less than one stay.
        var (planner, recent) = Planner();
        var plans = new VirtualPlans(planner, recent, Settings);
        for (var id = 0; id < 8000; id++)
        {
            var nowS = id / 20.0;
            recent.OnTaken(nowS, id, 300, 0, 2);
            recent.OnFirstToken(nowS, id, nowS);
            recent.OnStep(new StepSample { Phase = Phase.Decode, EndS = nowS });
            if (id >= 400)
            {
                recent.OnRequest(new RequestSample { Id = id - 400, ArrivalS = (id - 400) / 20.0, FinishS = nowS, PromptTokens = 300, OutputTokens = 400, Outcome = Outcome.Finished });
            }

            plans.At(Seen(nowS));
        }

        Assert.True(planner.Rounds > 0);
    }

    [Fact]
    public async Task At_RealTime_PlansOnAnotherThreadFromWhatTheEngineTold()
    {
        var (planner, recent) = Planner();
        var plans = new BackgroundPlans(planner, recent, Settings with { TickS = 0 });
        var threads = new List<int>();
        var published = new TaskCompletionSource<PlanSample>(TaskCreationOptions.RunContinuationsAsynchronously);
        plans.Planned = p =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            published.TrySetResult(p);
        };
        Feed(plans.Observer);
        var askedOn = await Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; !published.Task.IsCompleted && i < 100_000; i++)
                {
                    Assert.NotNull(plans.At(Seen(200 + (0.001 * i))));
                    Thread.Sleep(1);
                }

                return Environment.CurrentManagedThreadId;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var plan = await published.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.DoesNotContain(askedOn, threads);
        Assert.True(plan.State.RequestsPerS > 0);
        Assert.Equal(0, plans.Figures(200).Failed);
    }

    [Fact]
    public async Task AgeS_PlannerHangs_GrowsUntilItEnds()
    {
        var (planner, recent) = Planner();
        var plans = new BackgroundPlans(planner, recent, Settings with { TickS = 0 });
        using var inPlan = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        plans.Planned = _ =>
        {
            inPlan.Release();
            goOn.Wait(TimeSpan.FromSeconds(60));
        };
        Feed(plans.Observer);
        var nowS = 200.0;
        for (var i = 0; !await inPlan.WaitAsync(1) && i < 30_000; i++)
        {
            plans.At(Seen(nowS += 0.001));
        }

        var plan = plans.At(Seen(nowS));
        Assert.InRange(plans.Figures(nowS + 100).AgeS, 99.9, double.MaxValue);
        Assert.Same(plan, plans.At(Seen(nowS + 100)));
        plans.Planned = null;
        goOn.Release();
        for (var i = 0; plans.Figures(nowS + 100).AgeS > 0 && i < 30_000; i++)
        {
            await Task.Delay(1);
        }

        Assert.Equal(0, plans.Figures(nowS + 100).AgeS);
    }

    [Fact]
    public void Drain_WhatTheEngineTold_EqualsHearingItDirectly()
    {
        var direct = new RecentRequests(1000, 1);
        var through = new RecentRequests(1000, 1);
        var inbox = new PlanInbox();
        Feed(direct);
        Feed(inbox);
        inbox.Drain(through);
        List<ScenarioRequest> expected = [], got = [];
        direct.Write(expected, 200, new PlannerSettings { SpanS = 1000, RequestsWanted = 0 }, 1000);
        through.Write(got, 200, new PlannerSettings { SpanS = 1000, RequestsWanted = 0 }, 1000);
        Assert.Equal(expected, got);
        Assert.Equal(direct.StayS, through.StayS);
        Assert.Equal(0, inbox.Dropped);
    }

    [Fact]
    public void Send_NobodyReads_DropsAndCounts()
    {
        var inbox = new PlanInbox();
        for (var i = 0; i < 20_000; i++)
        {
            inbox.OnStep(new StepSample { Phase = Phase.Decode, EndS = i });
        }

        Assert.InRange(inbox.Dropped, 1, 19_999);
    }

    [Fact]
    public void Drain_AfterALoss_ForgetsWhatMayHaveEnded()
    {
        var recent = new RecentRequests(1000, 1);
        var inbox = new PlanInbox();
        inbox.OnTaken(0, 0, 500, 0, 2);
        inbox.OnFirstToken(0.5, 0, 0);
        inbox.Drain(recent);
        for (var i = 0; i < 20_000; i++)
        {
            inbox.OnStep(new StepSample { Phase = Phase.Decode, EndS = i });
        }

        inbox.Drain(recent);
        inbox.OnTaken(2, 1, 700, 0, 2);
        inbox.Drain(recent);
        List<ScenarioRequest> kept = [];
        recent.Write(kept, 3, new PlannerSettings { SpanS = 1000, RequestsWanted = 0 }, 10);
        Assert.Equal([700], kept.Select(r => r.PromptTokens));
    }

    [Fact]
    public void At_LatencyOfSeveralTicks_PlanComesIntoForceAllTheSame()
    {
        var better = RuleParameters.AllLevers with { ChunkTokens = 512 };
        var plans = new VirtualPlans(new ScriptedPlanner(() => better), new RecentRequests(10, 1), Settings with { LatencyS = 3.5 });
        Assert.Equal(RuleParameters.AllLevers, plans.At(Seen(100)));
        Assert.Equal(RuleParameters.AllLevers, plans.At(Seen(103.4)));
        Assert.Equal(better, plans.At(Seen(103.6)));
    }

    [Fact]
    public void At_PlannerFails_LeavesThePlanWhichAges()
    {
        var fails = true;
        var plans = new VirtualPlans(new ScriptedPlanner(() => fails ? throw new InvalidOperationException("broken") : RuleParameters.AllLevers), new RecentRequests(10, 1), Settings);
        Assert.Equal(RuleParameters.AllLevers, plans.At(Seen(100)));
        plans.At(Seen(102));
        Assert.Equal(new PlanFigures { Failed = 2, AgeS = 5 }, plans.Figures(105));
        fails = false;
        plans.At(Seen(106));
        Assert.Equal(0, plans.Figures(107).AgeS);
    }

    private static (RolloutPlanner Planner, RecentRequests Recent) Planner()
    {
        var latency = new RecalibratedLatency(Device);
        var rule = new FastRule(latency, ToyDevice.PaletteOf(ToyDevice.Grid), Situation.ItlLimitS);
        var recent = new RecentRequests(Settings.RequestsMax, 1);
        return (new RolloutPlanner(recent, new Rollout(Options, rule, latency, Settings), rule, latency, new RecalibratedLatency(Device), Settings, RuleParameters.AllLevers, splitOnly: false), recent);
    }

    private static Observation Seen(double nowS) => Situation.BothPhases(8) with { NowS = nowS };

    /// <summary>Two hundred requests, one a second, each done after three.</summary>
    private static void Feed(IEngineObserver to)
    {
        for (var id = 0; id < 200; id++)
        {
            to.OnTaken(id, id, 500 + id, 0, 2);
            to.OnFirstToken(id + 0.5, id, id);
            to.OnStep(new StepSample { Phase = Phase.Decode, EndS = id + 0.6 });
            to.OnRequest(new RequestSample { Id = id, ArrivalS = id, FinishS = id + 3, PromptTokens = 500 + id, OutputTokens = 20 + (id % 50), Outcome = Outcome.Finished });
        }
    }
}
