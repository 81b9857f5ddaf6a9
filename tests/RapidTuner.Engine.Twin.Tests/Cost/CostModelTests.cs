using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Tests.Cost;

public class CostModelTests
{
    private static readonly CostModel[] Several =
    [
        Models.Cost("a100-80g", "llama-7b", "vllm-eager"), Models.Cost("mi300x", "llama-3.1-70b"), Models.Cost("h200", "qwen3-30b-a3b"),
        Models.Cost("l20", "qwen2.5-3b"), Models.Cost("mi300x", "mixtral-8x7b", tensorParallel: 2), Models.Cost("h200", "gpt-oss-120b"),
    ];

    private static Arbitrary<int> Any(int most) => Gen.Choose(0, most).ToArbitrary();

    [Fact]
    public void AloneS_MoreUnits_NeverSlower() =>
        Prop.ForAll(Any(Several.Length - 1), Any(20_000), Any(8_000), (which, tokens, context) =>
        {
            var model = Several[which];
            var prefill = model.Prepare(Phase.Prefill, StepWork.Prefill(1, tokens + 1, context));
            var decode = model.Prepare(Phase.Decode, StepWork.Decode((tokens / 40) + 1, (long)context * ((tokens / 40) + 1)));
            var (lastPrefillS, lastDecodeS) = (double.MaxValue, double.MaxValue);
            for (var units = 1; units <= model.Device.Units; units++)
            {
                var (prefillS, decodeS) = (model.AloneS(prefill, units), model.AloneS(decode, units));
                Assert.InRange(prefillS, 1e-6, lastPrefillS * (1 + 1e-12));
                Assert.InRange(decodeS, 1e-6, lastDecodeS * (1 + 1e-12));
                (lastPrefillS, lastDecodeS) = (prefillS, decodeS);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void AloneS_MoreWork_NeverFaster() =>
        Prop.ForAll(Any(Several.Length - 1), Any(9_000), Any(500), (which, tokens, more) =>
        {
            var model = Several[which];
            var units = 1 + ((tokens * 7) % model.Device.Units);
            var prefillS = model.AloneS(Phase.Prefill, StepWork.Prefill(1, tokens + 1, more), units);
            Assert.True(model.AloneS(Phase.Prefill, StepWork.Prefill(1, tokens + 1 + more, more), units) >= prefillS);
            Assert.True(model.AloneS(Phase.Prefill, StepWork.Prefill(1, tokens + 1, 2 * more), units) >= prefillS);
            var decodeS = model.AloneS(Phase.Decode, StepWork.Decode(more + 1, tokens), units);
            Assert.True(model.AloneS(Phase.Decode, StepWork.Decode(more + 2, tokens), units) >= decodeS);
            Assert.True(model.AloneS(Phase.Decode, StepWork.Decode(more + 1, 2 * tokens), units) >= decodeS);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void BesideS_DisjointUnits_SlowsBothWithinBounds() =>
        Prop.ForAll(Any(Several.Length - 1), Any(8_000), Any(255), (which, tokens, batch) =>
        {
            var model = Several[which];
            var prefillUnits = 1 + ((tokens * 13) % (model.Device.Units - 1));
            var prefill = model.Prepare(Phase.Prefill, StepWork.Prefill(1, tokens + 1, 0));
            var decode = model.Prepare(Phase.Decode, StepWork.Decode(batch + 1, 1000L * (batch + 1)));
            model.BesideS(prefill, prefillUnits, decode, model.Device.Units - prefillUnits, out var prefillS, out var decodeS);
            Assert.InRange(prefillS / model.AloneS(prefill, prefillUnits), 1, 2.5);
            Assert.InRange(decodeS / model.AloneS(decode, model.Device.Units - prefillUnits), 1, 3);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1.3)]
    [InlineData(3)]
    [InlineData(9.6)]
    public void BesideS_AllUnitsShared_MeetsTheUnmaskedSlowdown(double slowdown)
    {
        var model = Models.Cost("mi300x", "llama-3.1-70b", options: new CostOptions { UnmaskedSlowdown = slowdown });
        var prefill = model.Prepare(Phase.Prefill, StepWork.Prefill(4, 1024, 0));
        var decode = model.Prepare(Phase.Decode, StepWork.Decode(16, 16_000));
        model.BesideS(prefill, 304, decode, 304, out var prefillS, out var decodeS);
        Assert.Equal(slowdown, decodeS / model.AloneS(decode, 304), 0.02 * slowdown);
        Assert.InRange(prefillS / model.AloneS(prefill, 304), 1.04, 1.4);
    }

    [Fact]
    public void BesideS_NothingBeside_IsAlone()
    {
        var model = Several[1];
        var decode = model.Prepare(Phase.Decode, StepWork.Decode(8, 8_000));
        model.BesideS(default, 100, decode, 200, out var prefillS, out var decodeS);
        Assert.Equal(0, prefillS);
        Assert.Equal(model.AloneS(decode, 200), decodeS);
    }

    [Fact]
    public void FusedS_ReckonedFromStepsOfOnePhase_IsNear()
    {
        foreach (var model in Several)
        {
            IStepLatency solo = new WithoutFused(model);
            foreach (var (tokens, cached, batch, context) in new[] { (64, 0, 16, 1000), (256, 2000, 64, 500), (1024, 0, 64, 4000), (2048, 8000, 128, 1000) })
            {
                var (prefill, decode) = (StepWork.Prefill(1, tokens, cached), StepWork.Decode(batch, (long)batch * context));
                Assert.InRange(solo.FusedS(in prefill, in decode, model.Device.Units) / model.FusedS(prefill, decode, model.Device.Units), 0.8, 1.25);
            }
        }
    }

    private sealed class WithoutFused(CostModel model) : IStepLatency
    {
        public double AloneS(Phase phase, in StepWork work, int units) => model.AloneS(phase, in work, units);

        public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits) => model.BesideS(phase, in work, units, in beside, besideUnits);
    }

    [Fact]
    public void FusedS_SharesTheWeights_CostsLessThanBothAndMoreThanEach()
    {
        var model = Several[1];
        var prefill = StepWork.Prefill(1, 512, 0);
        var decode = StepWork.Decode(64, 64_000);
        var fusedS = model.FusedS(prefill, decode, model.Device.Units);
        var (prefillS, decodeS) = (model.AloneS(Phase.Prefill, prefill, 304), model.AloneS(Phase.Decode, decode, 304));
        Assert.InRange(fusedS, Math.Max(prefillS, decodeS), prefillS + decodeS);
    }

    [Fact]
    public void AloneS_ReplicasShareExperts_HalvesTheWeightsAndAddsExchanges()
    {
        var alone = Models.Cost("h200", "qwen3-30b-a3b");
        var shared = Models.Cost("h200", "qwen3-30b-a3b", options: new CostOptions { ExpertReplicas = 2 });
        var decode = StepWork.Decode(128, 128_000);
        Assert.InRange(shared.AloneS(Phase.Decode, decode, 132) / alone.AloneS(Phase.Decode, decode, 132), 0.5, 0.9);
        Assert.True(shared.AloneS(Phase.Decode, StepWork.Decode(1, 10), 132) > alone.AloneS(Phase.Decode, StepWork.Decode(1, 10), 132));
        Assert.Equal(
            Several[1].AloneS(Phase.Decode, decode, 304),
            Models.Cost("mi300x", "llama-3.1-70b", options: new CostOptions { ExpertReplicas = 2 }).AloneS(Phase.Decode, decode, 304));
    }

    [Fact]
    public void Prepare_AfterWarmUp_AllocatesNothing()
    {
        var model = Several[1];
        Sweep(model);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Sweep(model);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Perturb_SameSeed_SameModelAndWithinItsShare()
    {
        var work = StepWork.Prefill(1, 2048, 0);
        var plainS = Several[1].AloneS(Phase.Prefill, work, 304);
        var perturbed = Enumerable.Range(1, 20).Select(seed => Perturbed(seed).AloneS(Phase.Prefill, work, 304)).ToArray();
        Assert.Equal(perturbed[0], Perturbed(1).AloneS(Phase.Prefill, work, 304));
        Assert.Equal(20, perturbed.Distinct().Count());
        Assert.All(perturbed, s => Assert.InRange(s / plainS, 0.4, 2.5));

        static CostModel Perturbed(int seed) => Models.Cost("mi300x", "llama-3.1-70b", options: new CostOptions { Perturb = 0.3, PerturbSeed = (ulong)seed });
    }

    private static double Sweep(CostModel model)
    {
        var sumS = 0.0;
        for (var tokens = 1; tokens < 3000; tokens += 7)
        {
            var prefill = model.Prepare(Phase.Prefill, StepWork.Prefill(1, tokens, 100));
            var decode = model.Prepare(Phase.Decode, StepWork.Decode(1 + (tokens / 20), tokens * 40L));
            model.BesideS(prefill, 200, decode, 104, out var prefillS, out var decodeS);
            sumS += prefillS + decodeS + model.AloneS(prefill, 304);
        }

        return sumS;
    }
}
