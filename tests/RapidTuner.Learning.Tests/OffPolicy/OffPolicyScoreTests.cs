using RapidTuner.Learning.OffPolicy;
using RapidTuner.Learning.Tests.Q;

namespace RapidTuner.Learning.Tests.OffPolicy;

/// <summary>On the toy plans the truth is known: the rate of a policy is what its chain gives in the long run.</summary>
public sealed class OffPolicyScoreTests
{
    private static readonly OffPolicyOptions Options = new() { HistoryS = 20, BetaPerS = 0.05, BlockS = 60, Refits = 8 };

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.5)]
    public void Of_PolicyNearTheLogs_HoldsTheTruth(double slowShare)
    {
        var truth = Rate(slowShare);
        var estimates = OffPolicyScore.Of(Log(6_000, 0.45, slowShare), Options);
        Assert.Equal(["pdwis", "dr", "fqe"], estimates.Select(e => e.Method));
        Assert.All(estimates, e =>
        {
            Assert.Equal(Support.Supported, e.Support);
            Assert.Equal(truth, e.RateRps!.Value, 0.06);
            Assert.InRange(truth, e.LowRps!.Value - 0.04, e.HighRps!.Value + 0.04);
        });
    }

    [Fact]
    public void Of_ManyLogs_HoldTheTruthAtTheStatedRate()
    {
        var truth = Rate(0.5);
        var held = Enumerable.Range(1, 100).Count(seed =>
        {
            var estimate = OffPolicyScore.Of(Log(1_500, 0.45, 0.5, (ulong)seed), Options with { ActionPlansMin = int.MaxValue })[0];
            return estimate.LowRps <= truth && truth <= estimate.HighRps;
        });
        Assert.InRange(held, 80, 98);
    }

    [Fact]
    public void Of_ActionHardlyTried_IsNoNumber()
    {
        var estimates = OffPolicyScore.Of(Log(2_000, 0.995, 0.0), Options);
        Assert.All(estimates, e =>
        {
            Assert.Equal(Support.Insufficient, e.Support);
            Assert.Null(e.RateRps);
            Assert.Null(e.LowRps);
            Assert.Null(e.HighRps);
        });
    }

    [Fact]
    public void Of_FarPolicy_IsNoNumberByWeights()
    {
        var estimates = OffPolicyScore.Of(Log(1_000, 0.95, 0.05), Options with { HistoryS = 20 });
        Assert.Equal(Support.Insufficient, estimates[0].Support);
        Assert.True(estimates[0].EffectiveSamples < Options.EffectiveMin);
        Assert.Equal(Support.Insufficient, estimates[1].Support);
        Assert.Equal(Support.ModelOnly, estimates[2].Support);
    }

    [Fact]
    public void Of_DeterministicLog_IsFittedValuesOnly()
    {
        var plans = ToyPlans.Log(1_000);
        var target = plans.Action.SelectMany(a => new[] { 1.0 - a, a }).ToArray();
        var estimates = OffPolicyScore.Of(new OffPolicyLog(plans, Enumerable.Repeat(1.0, plans.Rows).ToArray(), target), Options);
        Assert.Equal([Support.Insufficient, Support.Insufficient, Support.ModelOnly], estimates.Select(e => e.Support));
        Assert.NotNull(estimates[2].RateRps);
    }

    [Fact]
    public void Of_SameSeed_IsTheSame()
    {
        var log = Log(1_500, 0.45, 0.5);
        Assert.Equal(OffPolicyScore.Of(log, Options), OffPolicyScore.Of(log, Options));
    }

    private static OffPolicyLog Log(int rows, double loggedShare, double askedShare, ulong seed = 5)
    {
        var plans = ToyPlans.Log(rows, loggedShare, seed, episodeRows: rows);
        var propensity = Array.ConvertAll(plans.Action, a => a == 0 ? loggedShare : 1 - loggedShare);
        var target = Enumerable.Range(0, rows * 2).Select(i => i % 2 == 0 ? askedShare : 1 - askedShare).ToArray();
        return new OffPolicyLog(plans, propensity, target);
    }

    private static double Rate(double slowShare)
    {
        var share = new double[] { 1, 0, 0, 0, 0 };
        for (var i = 0; i < 5_000; i++)
        {
            var next = new double[5];
            for (var s = 0; s < 5; s++)
            {
                next[ToyPlans.Next(s, 0)] += share[s] * slowShare;
                next[ToyPlans.Next(s, 1)] += share[s] * (1 - slowShare);
            }

            share = [.. next.Zip(share, (a, b) => (a + b) / 2)];
        }

        return Enumerable.Range(0, 5).Sum(s => share[s] * ((slowShare * ToyPlans.Reward(s, 0)) + ((1 - slowShare) * ToyPlans.Reward(s, 1))));
    }
}
