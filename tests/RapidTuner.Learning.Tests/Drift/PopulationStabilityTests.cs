using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Drift;

namespace RapidTuner.Learning.Tests.Drift;

public sealed class PopulationStabilityTests
{
    [Fact]
    public void Of_SameDistribution_SeldomLooksLikeDrift()
    {
        var alarms = Enumerable.Range(0, 400).Count(seed => PopulationStability.Of(Normal((ulong)seed, "usual", 360, 0), Normal((ulong)seed, "now", 60, 0)) >= PopulationStability.Drifted);
        Assert.True(alarms <= 8, $"{alarms} of 400");
    }

    [Fact]
    public void Of_ShiftOfADeviation_IsDrift() =>
        Assert.True(PopulationStability.Of(Normal(1, "usual", 360, 0), Normal(1, "now", 60, 1)) > PopulationStability.Drifted);

    [Fact]
    public void Of_EqualShares_IsTheTextbookValue()
    {
        // Two bins, (1/2, 1/2) against (3/4, 1/4): (1/4)(ln 3) = 0.2747, less the share of chance.
        double[] usual = [.. Enumerable.Range(0, 200_000).Select(i => (double)(i % 2))];
        double[] now = [.. Enumerable.Range(0, 200_000).Select(i => i % 4 == 0 ? 1.0 : 0)];
        Assert.Equal(0.2747, PopulationStability.Of(usual, now), 1e-3);
    }

    [Fact]
    public void Of_ConstantAndStillTheSame_IsNone() => Assert.Equal(0, PopulationStability.Of(Flat(3), Flat(3)));

    [Fact]
    public void Of_ConstantAndNowAnother_IsDrift()
    {
        Assert.True(PopulationStability.Of(Flat(3), Flat(4)) > PopulationStability.Drifted);
        Assert.True(PopulationStability.Of(Flat(3), Flat(2)) > PopulationStability.Drifted);
    }

    [Fact]
    public void Of_FewOrNoValues_IsNotKnown()
    {
        Assert.True(double.IsNaN(PopulationStability.Of([], [])));
        Assert.True(double.IsNaN(PopulationStability.Of(Flat(1), [1, 2, 3])));
        Assert.True(double.IsNaN(PopulationStability.Of(Flat(double.NaN), Flat(1))));
    }

    private static double[] Flat(double value) => [.. Enumerable.Repeat(value, 100)];

    private static double[] Normal(ulong seed, string purpose, int count, double mean)
    {
        var rng = new Rng(seed, purpose);
        return [.. Enumerable.Range(0, count).Select(_ => mean + rng.NextGaussian())];
    }
}
