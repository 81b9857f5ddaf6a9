using RapidTuner.Control.Exploration;
using RapidTuner.Control.Tests.Guardrails;
using RapidTuner.Core;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Tests.Exploration;

public sealed class PlanMixtureTests
{
    [Fact]
    public void Decide_OverTime_DrawsOnceAPlanAndLogsIt()
    {
        var plans = new Plans();
        var mixture = Mixture(plans, [0.7, 0.3]);
        var splits = Enumerable.Range(0, 4_000).Select(i => mixture.Decide(Situation.BothPhases(8) with { NowS = i * 0.25 }).Split.PrefillUnits).ToArray();

        Assert.Equal(1_000, plans.Seen.Count);
        Assert.InRange(plans.Seen.Count(p => p.ChosenIndex == 0), 650, 750);
        Assert.All(plans.Seen, p => Assert.Equal(p.ChosenIndex == 0 ? 0.7 : 0.3, p.Propensity));
        for (var i = 0; i < splits.Length; i++)
        {
            Assert.Equal(plans.Seen[i / 4].ChosenIndex == 0 ? 152 : 76, splits[i]);
        }
    }

    [Fact]
    public void Decide_OneChance_IsThatRule()
    {
        var mixture = Mixture(new Plans(), [0, 1]);
        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal(76, mixture.Decide(Situation.BothPhases(8) with { NowS = i }).Split.PrefillUnits));
    }

    [Fact]
    public void Make_ChancesThatDoNotSum_IsRefused() => Assert.Throws<ArgumentException>(() => Mixture(new Plans(), [0.7, 0.7]));

    [Fact]
    public void Meter_TenSeconds_GivesTheirMean()
    {
        var meter = new LoadMeter();
        Assert.True(double.IsNaN(meter.RequestsPerS));
        for (var i = 0; i < 100; i++)
        {
            meter.OnArrival(i * 0.5, 100, 0);
            meter.OnFirstToken((i * 0.5) + 0.1, i, 0);
            meter.OnGaps((i * 0.5) + 0.2, 0.1, 3);
        }

        meter.AdvanceTo(50);
        Assert.Equal((2.0, 200.0, 8.0), (meter.RequestsPerS, meter.PromptTokensPerS, meter.OutputTokensPerS));
        meter.AdvanceTo(100);
        Assert.Equal((0.0, 0.0, 0.0), (meter.RequestsPerS, meter.PromptTokensPerS, meter.OutputTokensPerS));
    }

    private static PlanMixture Mixture(IEngineObserver observer, double[] chances)
    {
        var palette = ToyDevice.PaletteOf(ToyDevice.Grid);
        ScriptedModel[] rules = [new(palette) { Wants = new Split(152, 152) }, new(palette) { Wants = new Split(76, 228) }];
        return new PlanMixture("mixture", rules, [new PlanCandidate { Name = "half" }, new PlanCandidate { Name = "quarter" }], chances, 1, new LoadMeter(), observer, 3);
    }

    private sealed class Plans : IEngineObserver
    {
        public List<PlanSample> Seen { get; } = [];

        public void OnStep(in StepSample step)
        {
        }

        public void OnGaps(double nowS, double gapS, int count)
        {
        }

        public void OnRequest(in RequestSample request)
        {
        }

        public void OnPlan(PlanSample plan) => Seen.Add(plan);
    }
}
