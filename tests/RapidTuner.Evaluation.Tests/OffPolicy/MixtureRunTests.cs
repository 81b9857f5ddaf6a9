using RapidTuner.Evaluation.OffPolicy;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Tests.Replay;
using RapidTuner.Learning.OffPolicy;

namespace RapidTuner.Evaluation.Tests.OffPolicy;

/// <summary>Estimates from a mixture's log against the asked rule run for real in the twin: a small case of what the bench does at length.</summary>
public sealed class MixtureRunTests
{
    private static readonly (string Name, Setting Setting)[] Rules =
    [
        ("half", new Setting { Kind = RowKind.Pure, Policy = "rapid", ItlMargin = 0.5 }),
        ("most", new Setting { Kind = RowKind.Pure, Policy = "rapid", ItlMargin = 0.95 }),
    ];

    [Fact]
    public void Estimates_OfAFavouredRule_AreNearItsRealRun()
    {
        var trace = Scenes.Trace(4_000, 6);
        var cell = Scenes.Cell(trace);
        var load = cell.AsIs(1, 1);
        var logged = MixtureRun.Of(cell, load, Rules, [0.15, 0.85], 5, 1);
        var truth = MixtureRun.Of(cell, load, Rules, [0, 1], 5, 2).AttainedRps;
        Assert.InRange(logged.Steps.Count, 100, 200);
        Assert.True(truth > 0);

        var log = PlanLogs.Of([logged.Steps], AskedPolicy.Of("most", "mixture", logged.Steps)!);
        var options = new OffPolicyOptions { HistoryS = 10, EffectiveMin = 10, ActionPlansMin = 10, BetaPerS = 0.05, Refits = 5 };
        var estimates = OffPolicyScore.Of(log, options);
        Assert.All(estimates, e =>
        {
            Assert.Equal(Support.Supported, e.Support);
            Assert.InRange(e.RateRps!.Value, 0.8 * truth, 1.2 * truth);
        });
    }

    [Fact]
    public void Of_SameSeed_IsTheSame()
    {
        var cell = Scenes.Cell(Scenes.Trace(300, 6));
        var load = cell.AsIs(1, 1);
        var (a, b) = (MixtureRun.Of(cell, load, Rules, [0.5, 0.5], 2, 4), MixtureRun.Of(cell, load, Rules, [0.5, 0.5], 2, 4));
        Assert.Equal(a.AttainedRps, b.AttainedRps);
        Assert.Equal(a.Steps.Select(s => (s.AtS, s.Action, s.State)), b.Steps.Select(s => (s.AtS, s.Action, s.State)));
    }

    [Fact]
    public void Asked_NamesOfNobody_AreNull()
    {
        var cell = Scenes.Cell(Scenes.Trace(100, 6));
        var steps = MixtureRun.Of(cell, cell.AsIs(1, 1), Rules, [0.5, 0.5], 2, 4).Steps;
        Assert.Null(AskedPolicy.Of("nexus", "mixture", steps));
        Assert.Equal([0, 1], AskedPolicy.Of("most", "mixture", steps)!(steps[0]));
        var own = AskedPolicy.Of("mixture", "mixture", steps)!(steps[0]);
        Assert.Equal(1, own[steps[0].Candidates.ToList().IndexOf(steps[0].Action)]);
    }
}
