using RapidTuner.Control.Planning;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Tests.Planning;

/// <summary>Scenarios hold what arrived, and no length that is not known yet.</summary>
public sealed class RecentRequestsTests
{
    [Fact]
    public void Write_FinishedAndRunning_KnowsOnlyWhatEnded()
    {
        var recent = new RecentRequests(100, 1);
        for (var id = 0; id < 40; id++)
        {
            recent.OnTaken(id, id, 500, 0, 1.5);
            recent.OnFirstToken(id + 0.5, id, id);
        }

        for (var id = 0; id < 30; id++)
        {
            recent.OnRequest(Ended(id, 64, Outcome.Finished));
        }

        recent.OnRequest(Ended(30, 5, Outcome.Cancelled));
        var scenario = new List<ScenarioRequest>();
        recent.Write(scenario, 40, new PlannerSettings { SpanS = 1000, RequestsWanted = 0 }, 100);
        Assert.Equal(39, scenario.Count);
        Assert.All(scenario.Take(30), r => Assert.Equal(64, r.OutputTokens));
        Assert.All(scenario, r => Assert.True(r.OutputTokens >= 1));
        Assert.Equal(0, scenario[0].ArrivalS);
    }

    [Fact]
    public void Write_ClockRanBack_HoldsOnlyWhatCameAfter()
    {
        var recent = new RecentRequests(100, 1);
        foreach (var (id, atS) in new[] { 100.0, 101, 1e6, 102, 103, 104 }.Index())
        {
            recent.OnTaken(atS, id, 500, 0, 1.5);
            recent.OnRequest(Ended(id, 64, Outcome.Finished) with { ArrivalS = atS, FinishS = double.NaN });
        }

        var scenario = new List<ScenarioRequest>();
        recent.Write(scenario, 110, new PlannerSettings { SpanS = 1000, RequestsWanted = 0 }, 100);
        Assert.Equal([0, 1, 2], scenario.Select(r => r.ArrivalS));
        Assert.Equal(0, recent.StayS);
    }

    [Fact]
    public void Write_OldAndMany_AreLeftOut()
    {
        var recent = new RecentRequests(10, 1);
        for (var id = 0; id < 40; id++)
        {
            recent.OnTaken(id, id, 500, 0, 1.5);
        }

        var scenario = new List<ScenarioRequest>();
        recent.Write(scenario, 40, new PlannerSettings { SpanS = 5.5, RequestsWanted = 0 }, 100);
        Assert.Equal(5, scenario.Count);
        recent.Write(scenario, 40, new PlannerSettings { SpanS = 1000, RequestsWanted = 0 }, 100);
        Assert.Equal(10, scenario.Count);
    }

    [Fact]
    public void Write_FewInTheSpan_ReachesFurtherBackForThoseThatAreWanted()
    {
        var recent = new RecentRequests(100, 1);
        for (var id = 0; id < 40; id++)
        {
            recent.OnTaken(id, id, 500, 0, 1.5);
        }

        var scenario = new List<ScenarioRequest>();
        recent.Write(scenario, 40, new PlannerSettings { SpanS = 5.5, RequestsWanted = 20, SpanMaxS = 1000 }, 100);
        Assert.Equal(20, scenario.Count);
        recent.Write(scenario, 40, new PlannerSettings { SpanS = 5.5, RequestsWanted = 20, SpanMaxS = 12.5 }, 100);
        Assert.Equal(12, scenario.Count);
    }

    [Fact]
    public void Write_NearlyAllRefused_RemembersThoseThatWereServed()
    {
        // Refused requests have numbers too: of 40 numbers four were taken, and all of them fit.
        var recent = new RecentRequests(10, 1);
        for (var id = 0; id < 40; id += 10)
        {
            recent.OnTaken(id, id, 500 + id, 0, 1.5);
            recent.OnFirstToken(id + 0.5, id, id);
            recent.OnRequest(Ended(id, 7, Outcome.Finished));
        }

        var scenario = new List<ScenarioRequest>();
        recent.Write(scenario, 40, new PlannerSettings { SpanS = 1000, RequestsWanted = 0 }, 4);
        Assert.Equal([500, 510, 520, 530], scenario.Select(r => r.PromptTokens));
        Assert.All(scenario, r => Assert.Equal(7, r.OutputTokens));
    }

    [Fact]
    public void ForgetRunning_AnEndWasLost_LeavesOnlyWhatIsKnown()
    {
        var recent = new RecentRequests(10, 1);
        for (var id = 0; id < 4; id++)
        {
            recent.OnTaken(id, id, 500, 0, 1.5);
            recent.OnFirstToken(id + 0.5, id, id);
        }

        recent.OnRequest(Ended(0, 7, Outcome.Finished));
        recent.ForgetRunning();
        recent.OnRequest(Ended(2, 9, Outcome.Finished));
        recent.OnTaken(4, 4, 600, 0, 1.5);
        var scenario = new List<ScenarioRequest>();
        recent.Write(scenario, 5, new PlannerSettings { SpanS = 1000, RequestsWanted = 0 }, 10);
        Assert.Equal([500, 500, 600], scenario.Select(r => r.PromptTokens));
        Assert.Equal([7, 9], scenario.Take(2).Select(r => r.OutputTokens));
    }

    private static RequestSample Ended(long id, int tokens, Outcome outcome) =>
        new() { Id = id, PromptTokens = 500, OutputTokens = tokens, Outcome = outcome };
}
