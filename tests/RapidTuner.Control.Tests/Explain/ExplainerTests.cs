using RapidTuner.Control.Explain;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Control.Tests.Explain;

public sealed class ExplainerTests
{
    private static readonly PlanSample Plan = new()
    {
        Seen = Situation.BothPhases(64),
        Chosen = new Decision(new Split(160, 144), Reason.SmallestDecode, 512),
        ChosenIndex = 1,
        CurrentIndex = 0,
        ModelId = "latency-7",
        Forecast = new PlanForecast { HorizonS = 5, RequestsPerS = 3.5, RequestsPerSLow = 2, RequestsPerSHigh = 5 },
        Candidates =
        [
            new PlanCandidate { Name = "keep", Score = 10, Attained = 8, Terminal = 2, SwitchingCost = 0 },
            new PlanCandidate { Name = "wide", Score = 11.5, Attained = 9, Terminal = 3, SwitchingCost = 0.5, ItlUpperS = 0.08, Parameters = new Dictionary<string, double>(StringComparer.Ordinal) { ["itl_margin"] = 0.9 } },
        ],
    };

    [Fact]
    public void Of_Plan_TellsSeenForecastCandidatesWhyAndOtherwise()
    {
        var told = Explainer.Of(PlanDocument.ToRecord(Plan, "learned", 0));
        Assert.Equal("plan `wide`: 160 units for prefill and 144 for decode of 304, chunks of 512 tokens, by learned", told.Decided);
        Assert.Contains(told.Seen, s => s.Contains("64 sequences", StringComparison.Ordinal));
        Assert.Equal("3.50 requests/s (2.00 to 5.00) over the next 5.0 s", told.Forecast);
        Assert.Equal("wide (itl_margin 0.9): 9.00 requests attained, 3.00 after the horizon, switching costs 0.50, score 11.50, decode step at most 80.0 ms, chosen", told.Candidates[0]);
        Assert.StartsWith("keep: 8.00 requests attained", told.Candidates[1], StringComparison.Ordinal);
        Assert.Equal("it had the highest score, 11.50 against 10.00 of `keep`", told.Why);
        Assert.Equal("`keep` would have been chosen had it been expected to attain 1.50 requests more", told.Otherwise);
        Assert.Contains("model: latency-7", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ExploredPlan_SaysThatChanceChose()
    {
        var told = Explainer.Of(PlanDocument.ToRecord(Plan with { ChosenIndex = 0, Explored = true, Propensity = 0.02 }, "learned", 0));
        Assert.Equal("chance chose this plan, to learn from it, with probability 0.02", told.Why);
        Assert.Equal("without that, `wide` would have been in force, 1.50 requests ahead", told.Otherwise);
    }

    [Fact]
    public void Of_StepUnderAGuard_SaysWhichAndWhatWouldEndIt()
    {
        var decision = new Decision(new Split(152, 152), Reason.KvPressure);
        var told = Explainer.Of(DecisionRecord.From(Situation.BothPhases(64) with { KvFreeShare = 0.004 }, in decision, "learned", 0));
        Assert.Equal("the KV cache was nearly full, so the RAPID rule decided", told.Why);
        Assert.Equal("free KV blocks above twice the bound", told.Otherwise);
        Assert.Contains(told.Seen, s => s.StartsWith("0.4", StringComparison.Ordinal));
        Assert.Empty(told.Candidates);
        Assert.Null(told.Forecast);
    }

    [Fact]
    public void Texts_KnowEveryReason() =>
        Assert.All(Enum.GetValues<Reason>(), r => Assert.True(ReasonText.Knows(r), $"{r} has no text"));
}
