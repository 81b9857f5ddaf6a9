using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Drift;

namespace RapidTuner.Learning.Tests.Drift;

public sealed class PageHinkleyTests
{
    [Theory]
    [InlineData(0.15)]
    [InlineData(-0.15)]
    public void Add_MeanMoves_AlarmsSoonAfter(double by)
    {
        var test = new PageHinkley(0.02, 5);
        var rng = new Rng(1, "residuals");
        for (var i = 0; i < 2000; i++)
        {
            Assert.False(test.Add(0.05 * rng.NextGaussian()));
        }

        var late = Enumerable.Range(0, 200).TakeWhile(_ => !test.Add(by + (0.05 * rng.NextGaussian()))).Count();
        Assert.InRange(late, 20, 100);
    }

    [Fact]
    public void Add_NoiseAlone_NeverAlarms()
    {
        for (var seed = 0UL; seed < 20; seed++)
        {
            var test = new PageHinkley(0.02, 5);
            var rng = new Rng(seed, "residuals");
            Assert.DoesNotContain(true, Enumerable.Range(0, 20_000).Select(_ => test.Add(0.1 * rng.NextGaussian())));
        }
    }

    [Fact]
    public void Add_Garbage_IsPassedOver()
    {
        var test = new PageHinkley(0.02, 5);
        Assert.False(test.Add(double.NaN) || test.Add(double.PositiveInfinity));
        Assert.Equal(0, test.Seen);
    }

    [Fact]
    public void Reset_AfterAlarm_StartsAnew()
    {
        var test = new PageHinkley(0, 1);
        for (var i = 0; i < 60; i++)
        {
            test.Add(i < 40 ? 0 : 1);
        }

        Assert.True(test.Drifted);
        test.Reset();
        Assert.False(test.Drifted || test.Add(1));
    }
}
