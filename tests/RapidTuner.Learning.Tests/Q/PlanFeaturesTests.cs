using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Learning.Q;

namespace RapidTuner.Learning.Tests.Q;

public sealed class PlanFeaturesTests
{
    private const int Units = 100;
    private const double ItlS = 0.05;

    private static readonly PlanState Busy = new()
    {
        DecodeSequences = 40, DecodeContextTokens = 40_000, PrefillQueued = 6, PrefillQueuedTokens = 9_000, PrefillOldestWaitS = 1.5, PrefillHeadSlackS = 0.5,
        KvFreeShare = 0.4, DecodeLatestStepItlShare = 0.9, RequestsPerS = 3, PromptTokensPerS = 3_600, OutputTokensPerS = 900,
    };

    /// <summary>Twice as fast a device with half the limit and twice the load, of which everything waits half as long, is the same state; only what is in seconds by itself halves.</summary>
    [Fact]
    public void Fill_FasterDeviceUnderMoreLoad_IsTheSameInLimitsAndShares()
    {
        var (slow, fast) = (Features(Busy, 1, ItlS), Features(Busy with { RequestsPerS = 6, PromptTokensPerS = 7_200, OutputTokensPerS = 1_800 }, 0.5, ItlS / 2));
        foreach (var name in new[] { "decode_step_itls", "decode_fill", "prefill_load", "decode_load", "least_step_itls", "output_tokens_log", "kv_free_share" })
        {
            Assert.Equal(slow[IndexOf(name)], fast[IndexOf(name)], 1e-9);
        }

        Assert.Equal(slow[IndexOf("prefill_queued_work_s")] / 2, fast[IndexOf("prefill_queued_work_s")], 1e-9);
    }

    [Fact]
    public void Fill_OddStates_IsFinite()
    {
        foreach (var odd in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, -1, 0, 1e300 })
        {
            var state = new PlanState
            {
                DecodeSequences = odd, DecodeContextTokens = odd, PrefillQueued = odd, PrefillQueuedTokens = odd, PrefillOldestWaitS = odd, PrefillHeadSlackS = odd,
                KvFreeShare = odd, DecodeLatestStepItlShare = odd, RequestsPerS = odd, PromptTokensPerS = odd, OutputTokensPerS = odd,
            };
            Assert.All(Features(state, 1, ItlS), f => Assert.True(double.IsFinite(f)));
        }
    }

    [Fact]
    public void CapacityRps_IsOneOverTheTimeOfARequest()
    {
        // 2,048 tokens take 0.2058 s; 64 tokens of a batch whose step of 64 sequences of 1,232 tokens keeps the limit.
        var rps = PlanFeatures.CapacityRps(new Law(1), Units, ItlS, 1_200, 64);
        Assert.InRange(rps, 1, 8.3);
        Assert.Equal(2 * rps, PlanFeatures.CapacityRps(new Law(0.5), Units, ItlS / 2, 1_200, 64), 1e-9);
    }

    [Fact]
    public void ScaledValue_IsInRequestsOfTheLoad()
    {
        var model = FittedQ.Fit(ScaledPlans.Log(2_000), new FittedQOptions { Iterations = 3, BetaPerS = ToyPlans.Beta });
        var value = new ScaledValue(model, new Law(1), Units, ItlS);
        var one = value.Value(Busy);
        Assert.True(one > 0);
        Assert.Equal(0, value.Value(Busy with { RequestsPerS = double.NaN }));
        var features = Features(Busy, 1, ItlS);
        Assert.Equal(3 * model.Value(features), one, 1e-9);
        Assert.Throws<ArgumentException>(() => new ScaledValue(FittedQ.Fit(ToyPlans.Log(500), new FittedQOptions { Iterations = 1 }), new Law(1), Units, ItlS));
    }

    private static double[] Features(PlanState state, double scale, double itlS)
    {
        var into = new double[PlanFeatures.Count];
        PlanFeatures.Fill(into, in state, new Law(scale), Units, itlS);
        return into;
    }

    private static int IndexOf(string name) => PlanFeatures.Names.ToList().IndexOf(name);

    private sealed class Law(double scale) : IStepLatency
    {
        public double AloneS(Phase phase, in StepWork work, int units) =>
            scale * Units / units * (phase == Phase.Prefill ? 0.001 + (1e-4 * work.NewTokens) : 0.01 + (4e-4 * work.Sequences) + (1e-7 * work.ContextTokens));

        public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits) => AloneS(phase, in work, units);
    }
}
