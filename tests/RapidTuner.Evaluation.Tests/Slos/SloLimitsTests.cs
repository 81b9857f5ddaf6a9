using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Slos;

namespace RapidTuner.Evaluation.Tests.Slos;

public sealed class SloLimitsTests
{
    private static readonly TraceRequest[] Requests =
        [new(0, 1000, 10), new(1, 200, 10), new(2, 8000, 10, 7900), new(3, 3000, 10)];

    private readonly PerToken _twin = new();

    [Fact]
    public void Paper_LongPrompt_CountsCachedTokensAndFloors()
    {
        var limits = new SloLimits(SloTier.Paper, _twin, 100, mixtureOfExperts: false, Requests);
        Assert.Equal(8, limits.TtftLimitS(in Requests[2]), 12);
        Assert.Equal(1, limits.TtftLimitS(in Requests[1]), 12);
        Assert.Equal(new Slo("paper", 1, 1, 0.1), limits.Slo);
    }

    [Fact]
    public void Paper_MixtureOfExperts_HalvesTheItl() =>
        Assert.Equal(0.05, new SloLimits(SloTier.Paper, _twin, 100, mixtureOfExperts: true, Requests).Slo.ItlS);

    [Fact]
    public void Tight_AnyPrompt_IsFiveTimesTheUnloadedPrefillOfComputedTokens()
    {
        var limits = new SloLimits(SloTier.Tight, _twin, 100, mixtureOfExperts: false, Requests);
        Assert.Equal(5 * PerToken.PrefillS(3000, 0), limits.TtftLimitS(in Requests[3]), 12);
        Assert.Equal(5 * PerToken.PrefillS(100, 7900), limits.TtftLimitS(in Requests[2]), 12);
        Assert.Equal(0.1, limits.TtftLimitS(in Requests[1]), 12);
    }

    [Fact]
    public void Tight_Itl_IsThreeTimesBatchOneAtTheMedianPrompt()
    {
        // Nearest rank of 200, 1000, 3000, 8000: the second.
        var limits = new SloLimits(SloTier.Tight, _twin, 100, mixtureOfExperts: false, Requests);
        Assert.Equal(3 * PerToken.DecodeS(1, 1000), limits.Slo.ItlS, 12);
        Assert.Null(limits.Slo.TtftSPer1k);
        Assert.Equal(0.1, limits.Slo.TtftFloorS);
    }

    [Fact]
    public void Tight_FastDevice_HasTheFloor() =>
        Assert.Equal(0.005, new SloLimits(SloTier.Tight, new PerToken(1e-6), 100, mixtureOfExperts: false, Requests).Slo.ItlS);

    [Fact]
    public void Middle_EveryRequest_IsTheGeometricMeanOfTheFlooredTiers()
    {
        var paper = new SloLimits(SloTier.Paper, _twin, 100, mixtureOfExperts: false, Requests);
        var tight = new SloLimits(SloTier.Tight, _twin, 100, mixtureOfExperts: false, Requests);
        var middle = new SloLimits(SloTier.Middle, _twin, 100, mixtureOfExperts: false, Requests);
        Assert.All(Requests, r => Assert.Equal(Math.Sqrt(paper.TtftLimitS(in r) * tight.TtftLimitS(in r)), middle.TtftLimitS(in r), 12));
        Assert.Equal(Math.Sqrt(paper.Slo.ItlS * tight.Slo.ItlS), middle.Slo.ItlS, 12);
        Assert.Equal(Math.Sqrt(0.1), middle.Slo.TtftFloorS, 12);
    }

    /// <summary>A device whose latencies can be worked out by hand.</summary>
    private sealed class PerToken(double scale = 1) : IStepLatency
    {
        public static double PrefillS(int newTokens, long contextTokens) => (newTokens * 1e-4) + (contextTokens * 1e-5);

        public static double DecodeS(int sequences, long contextTokens) => (sequences * 0.01) + (contextTokens * 1e-6);

        public double AloneS(Phase phase, in StepWork work, int units) =>
            scale * (phase == Phase.Prefill ? PrefillS(work.NewTokens, work.ContextTokens) : DecodeS(work.Sequences, work.ContextTokens));

        public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits) => 2 * AloneS(phase, in work, units);
    }
}
