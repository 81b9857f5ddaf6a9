using RapidTuner.Engine.Cpu.Workers;

namespace RapidTuner.Engine.Cpu.Tests.Workers;

public sealed class CoreSharesTests
{
    [Fact]
    public void Of_AQuarterAndThreeQuartersOnTwoCores_ShareOneCore()
    {
        Assert.Equal([0.5, 0.0], Shares(4, fromEnd: false, cores: 2));
        Assert.Equal([0.5, 1.0], Shares(12, fromEnd: true, cores: 2));
    }

    [Fact]
    public void Of_WholeCores_AreOnePhasesOwn()
    {
        Assert.Equal([1.0, 1.0, 1.0, 0.0], Shares(12, fromEnd: false, cores: 4));
        Assert.Equal([0.0, 0.0, 0.0, 1.0], Shares(4, fromEnd: true, cores: 4));
    }

    [Fact]
    public void Of_AnyDisjointSplit_CoversNoCoreTwiceAndEachInFull()
    {
        for (var cores = 1; cores <= 5; cores++)
        {
            for (var prefill = 0; prefill <= 16; prefill++)
            {
                var (p, d) = (Shares(prefill, fromEnd: false, cores), Shares(16 - prefill, fromEnd: true, cores));
                Assert.All(p.Zip(d), pair => Assert.Equal(1, pair.First + pair.Second, 1e-12));
                Assert.True(p.Zip(d).Count(pair => pair.First is > 1e-9 and < 1 - 1e-9) <= 1);
            }
        }
    }

    private static double[] Shares(int units, bool fromEnd, int cores) =>
        [.. Enumerable.Range(0, cores).Select(core => CoreShares.Of(units, fromEnd, core, cores, 16))];
}
