using RapidTuner.Control.Exploration;
using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;

namespace RapidTuner.Control.Tests.Planning;

/// <summary>Between rounds chance may put another candidate in force: a safe one, seldom, with its chances in the record.</summary>
public sealed class ExploringPlannerTests
{
    private static readonly ToyDevice Device = new();
    private static readonly PlannerSettings Settings = new();
    private static readonly EngineOptions Options = new() { DeviceUnits = ToyDevice.Units, KvBlocks = 20_000, ContextTokens = 32_768, ItlLimitS = Situation.ItlLimitS };

    [Fact]
    public void Plan_CalmLoad_DrawsSafeCandidatesAtTheLoggedChance()
    {
        var (planner, plans) = Run(new ExplorationOptions { Share = 0.4, PlanS = 2 }, overruled: false, Calm);
        var draws = plans.Where(p => p.Candidates.Any(c => c.ItlUpperS is not null)).ToArray();
        Assert.InRange(draws.Length, 30, 1600);
        Assert.InRange(planner.Explored, 0.2 * draws.Length, 0.6 * draws.Length);
        Assert.Equal(planner.Explored, plans.Count(p => p.Explored));
        Assert.All(draws, p =>
        {
            var chosen = p.Candidates[p.ChosenIndex];
            Assert.Equal(1, p.Candidates.Sum(c => c.Probability), 9);
            Assert.Equal(chosen.Probability, p.Propensity);
            Assert.Equal(p.Explored ? Reason.Explored : p.Chosen.Reason, p.Chosen.Reason);
            Assert.True(!p.Explored || (chosen.ItlUpperS <= Situation.ItlLimitS && chosen.TtftUpperShare <= 1));
            Assert.True(p.Explored == (p.ChosenIndex != 0));
        });
        Assert.Contains(draws, p => p.Propensity < 0.4);
    }

    [Fact]
    public void Plan_Overload_DrawsNothingButTheBest()
    {
        var (planner, plans) = Run(new ExplorationOptions { Share = 0.4, PlanS = 2 }, overruled: false, Calm with { PrefillHeadSlackS = -1 });
        Assert.Equal(0, planner.Explored);
        Assert.All(plans, p => Assert.Equal((1.0, false), (p.Propensity, p.Explored)));
    }

    [Fact]
    public void Plan_GuardrailsDecide_NoDraw()
    {
        var (_, plans) = Run(new ExplorationOptions { Share = 0.4, PlanS = 2 }, overruled: true, Calm);
        Assert.All(plans, p => Assert.DoesNotContain(p.Candidates, c => c.ItlUpperS is not null));
    }

    private static Observation Calm => Situation.BothPhases(8);

    private static (ExploringPlanner Planner, List<PlanSample> Plans) Run(ExplorationOptions options, bool overruled, Observation seen)
    {
        var latency = new RecalibratedLatency(Device);
        var rule = new FastRule(latency, ToyDevice.PaletteOf(ToyDevice.Grid), Situation.ItlLimitS);
        var recent = new RecentRequests(Settings.RequestsMax, 1);
        var inner = new RolloutPlanner(recent, new Rollout(Options, rule, latency, Settings), rule, latency, new RecalibratedLatency(Device), Settings, RuleParameters.AllLevers, splitOnly: false);
        var planner = new ExploringPlanner(inner, recent, new Rollout(Options, rule, latency, Settings), rule, Settings, options, splitOnly: false, 1) { Overruled = () => overruled };
        var plans = new List<PlanSample>();
        for (var id = 0; id < 2400; id++)
        {
            // One request a second, each done after three: light for this device.
            recent.OnTaken(id, id, 500 + (id % 100), 0, 2);
            recent.OnFirstToken(id + 0.5, id, id);
            recent.OnStep(new StepSample { Phase = Phase.Decode, EndS = id + 0.6 });
            recent.OnRequest(new RequestSample { Id = id, ArrivalS = id, FinishS = id + 3, PromptTokens = 500, OutputTokens = 20 + (id % 50), Outcome = Outcome.Finished });
            planner.Plan(seen with { NowS = id }, plans.Add);
        }

        Assert.True(planner.Rounds > 2);
        return (planner, plans);
    }
}
