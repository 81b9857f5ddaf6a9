using System.Text.Json.Nodes;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Workload;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Reports;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Tests.Replay;

public sealed class ReplayRunnerTests
{
    private static readonly string[] Everyone = ["hybrid", "disagg", "static:0.5", "static-best", "overlap", "rapid", "nexus", "pdmux", "bullet", "atom"];

    [Fact]
    public void Run_EveryRival_GivesARowEachInTheOrderAskedFor()
    {
        var report = Run(Scenes.Trace(300, 4), Scenes.Options(Everyone));
        Assert.Equal(Everyone, report.Policies.Select(p => p.Name));
        Assert.All(report.Policies, row =>
        {
            Assert.Equal(300, row.Requests);
            Assert.Equal((double)row.Attained / row.Requests, row.Attainment);
            Assert.Null(row.MaxGoodputRps);
            Assert.InRange(row.Attained, 0, row.Requests);
        });
        Assert.NotNull(Row(report, "static-best").Chosen.PrefillShare);
        Assert.NotNull(Row(report, "hybrid").Chosen.Chunk);
        Assert.NotNull(Row(report, "disagg").Chosen.Ratio);
        Assert.True(Row(report, "disagg").Devices > 1);
    }

    [Fact]
    public void Run_NamesInAnyCase_GivesRowsOfTheSameNames()
    {
        string[] asked = ["RAPID", "Static-Best", "Static:0.50", "Oracle"];
        var report = Run(Scenes.Trace(60, 4), Scenes.Options(asked));
        Assert.Equal(asked, report.Policies.Select(p => p.Name));
        Assert.NotNull(report.Policies[1].Chosen.PrefillShare);
        Assert.NotNull(report.Policies[3].Chosen.Beam);
    }

    [Fact]
    public void Run_StaticBest_IsAtLeastEveryShareTriedByHand()
    {
        var report = Run(Scenes.Trace(400, 10), Scenes.Options("static-best", "static:0.26", "static:0.5", "static:0.7", "static:0.87"));
        Assert.All(report.Policies, row => Assert.True(row.Attained <= report.Policies[0].Attained, row.Name));
    }

    [Fact]
    public void Run_FindMaxGoodput_ReachesNinetyPercentAtAPointOfTheGridAndNotAtTheNext()
    {
        var trace = Scenes.Trace(150, 4);
        var options = Scenes.Options("rapid", "static-best") with { FindMaxGoodput = true };
        var report = Run(trace, options);
        Assert.Equal(["rapid", "rapid:fixed", "static-best", "static-best:fixed"], report.Policies.Select(p => p.Name));
        Assert.All(report.Policies, row =>
        {
            var k = Math.Log(row.MaxGoodputRps!.Value) / Math.Log(RateGrid.Ratio);
            Assert.Equal(Math.Round(k), k, 6);
            Assert.Equal(row.MaxGoodputRps.Value, row.OfferedRps!.Value, 6);
            Assert.True(row.Attainment >= 0.9);
            Assert.True(row.MaxGoodput99Rps <= row.MaxGoodputRps);
        });

        var cell = new ReplayCell(Scenes.Of(trace), options);
        var setting = new Setting { Kind = RowKind.Pure, Policy = "rapid" };
        var ledger = new ProbeLedger((k, asked) => new EngineRun(cell, setting, 1).Probe(cell.AtRate(1, RateGrid.RateOf(k)), asked, CancellationToken.None), [Goal.P99At90]);
        var at = (int)Math.Round(Math.Log(Row(report, "rapid:fixed").MaxGoodputRps!.Value) / Math.Log(RateGrid.Ratio));
        Assert.True(ledger.Reaches(at, Goal.P99At90));
        Assert.False(ledger.Reaches(at + 1, Goal.P99At90));
    }

    [Fact]
    public void Run_FindMaxGoodput_TunedIsNoWorseThanFixed()
    {
        var report = Run(Scenes.Trace(150, 4), Scenes.Options("hybrid", "bullet") with { FindMaxGoodput = true });
        foreach (var row in report.Policies.Where(p => !p.Name.EndsWith(":fixed", StringComparison.Ordinal)))
        {
            Assert.True(row.MaxGoodputRps >= Row(report, row.Name + ":fixed").MaxGoodputRps, row.Name);
            Assert.InRange(row.Chosen.Screened!.Value, 1, row.Chosen.Budget!.Value);
        }
    }

    [Fact]
    public void Run_SameSeedTwice_DiffersInNothingButTimes()
    {
        var trace = Scenes.Trace(200, 6);
        var options = Scenes.Options(Everyone) with { Seeds = 2 };
        Assert.Equal(WithoutTimes(Run(trace, options)), WithoutTimes(Run(trace, options)));
    }

    [Fact]
    public void Run_OtherSeed_ChangesTheJitterOnly()
    {
        var trace = Scenes.Trace(200, 6);
        var one = Run(trace, Scenes.Options("rapid"));
        var two = Run(trace, Scenes.Options("rapid") with { Seed = 2 });
        Assert.Equal(one.Policies[0].OfferedRps, two.Policies[0].OfferedRps);
        Assert.NotEqual(one.Policies[0].ItlS, two.Policies[0].ItlS);
    }

    [Fact]
    public void Run_SeveralSeeds_GivesPairedIntervalsAgainstStaticBest()
    {
        var report = Run(Scenes.Trace(600, 10), Scenes.Options("static-best", "overlap") with { Seeds = 3 });
        var ratio = Row(report, "overlap").Ci.Ratio!.Value;
        Assert.True(ratio.Low <= ratio.Mean && ratio.Mean <= ratio.High);
        Assert.Equal("static-best", Row(report, "overlap").Ci.Baseline);
        var own = Row(report, "static-best").Ci.Ratio!.Value;
        Assert.Equal(1, own.Low);
        Assert.Equal(1, own.High);
    }

    [Fact]
    public void Run_RequestsThatFitNothing_AreExcludedOnceForEveryRow()
    {
        var trace = Scenes.Trace(50, 4);
        trace.Requests[3] = trace.Requests[3] with { PromptTokens = 2_000_000 };
        var report = Run(trace, Scenes.Options(Everyone));
        Assert.Equal(1, report.Excluded);
        Assert.Equal(49, report.Requests);
        Assert.All(report.Policies, row => Assert.Equal(49, row.Requests));
    }

    [Fact]
    public void Run_NothingFits_SaysWhy()
    {
        var trace = new Trace("huge", [new TraceRequest(0, 5_000_000, 1)], 0, 0);
        var bad = Assert.Throws<BadInputException>(() => Run(trace, Scenes.Options("rapid")));
        Assert.Contains("longer than the context", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OneRequest_HasNoRates()
    {
        var report = Run(new Trace("one", [new TraceRequest(0, 100, 1)], 0, 0), Scenes.Options(Everyone));
        Assert.All(report.Policies, row =>
        {
            Assert.Null(row.OfferedRps);
            Assert.Null(row.GoodputRps);
            Assert.Null(row.ThroughputTokS);
            Assert.Null(row.ItlS.P50);
            Assert.NotNull(row.TtftS.P50);
            Assert.Equal(1, row.Attainment);
        });
    }

    [Fact]
    public void Run_AllAtOneInstant_RefusesTheSearch()
    {
        var trace = new Trace("burst", [.. Enumerable.Repeat(new TraceRequest(5, 100, 3), 20)], 0, 0);
        Assert.Throws<BadInputException>(() => Run(trace, Scenes.Options("rapid") with { FindMaxGoodput = true }));
        Assert.Null(Run(trace, Scenes.Options("rapid")).Policies[0].OfferedRps);
    }

    [Fact]
    public void Run_Perturbed_ChangesTheTwinReproducibly()
    {
        var trace = Scenes.Trace(100, 4);
        ReplayReport Perturbed(ulong seed) => new ReplayRunner(TimeProvider.System).Run(
            Scenes.Of(trace, new CostOptions { Perturb = 0.3, PerturbSeed = seed }), Scenes.Options("rapid"));
        Assert.Equal(WithoutTimes(Perturbed(1)), WithoutTimes(Perturbed(1)));
        Assert.NotEqual(WithoutTimes(Perturbed(1)), WithoutTimes(Perturbed(2)));
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new ReplayRunner(TimeProvider.System).Run(Scenes.Of(Scenes.Trace(50, 4)), Scenes.Options(Everyone), cancel.Token));
    }

    private static ReplayReport Run(Trace trace, ReplayOptions options) => new ReplayRunner(TimeProvider.System).Run(Scenes.Of(trace), options);

    private static PolicyRow Row(ReplayReport report, string name) => report.Policies.Single(p => p.Name == name);

    private static string WithoutTimes(ReplayReport report)
    {
        var json = JsonNode.Parse(report.ToJson())!;
        foreach (var row in json["policies"]!.AsArray())
        {
            row!.AsObject().Remove("wall_s");
            row.AsObject().Remove("decide_s");
        }

        return json.ToJsonString();
    }
}
