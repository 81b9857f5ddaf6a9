using RapidTuner.Core.Numerics;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Serving;

public class RollingHistogramTests
{
    [Fact]
    public void Quantile_Nothing_IsNull() => Assert.Null(new RollingHistogram().Quantile(10, 0.5));

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.99)]
    public void Quantile_RandomValues_IsAtMostFivePercentAboveTheNearestRank(double share)
    {
        var rng = new Rng(7, "histogram");
        var values = new double[5000];
        var histogram = new RollingHistogram();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = 0.001 + (rng.NextExponential() * 0.05);
            histogram.Add(5, values[i], 1);
        }

        Array.Sort(values);
        var exact = values[(int)Math.Ceiling(share * values.Length) - 1];
        Assert.InRange(histogram.Quantile(5, share)!.Value, exact, exact * 1.0501);
    }

    [Fact]
    public void Quantile_ValuesOlderThanAMinute_DoNotCount()
    {
        var histogram = new RollingHistogram();
        histogram.Add(1, 10, 1000);
        histogram.Add(70, 0.01, 1);

        Assert.InRange(histogram.Quantile(70, 0.99)!.Value, 0.01, 0.0106);
        Assert.Equal(1001, histogram.Count);
    }

    [Fact]
    public void Quantile_SilenceOfMoreThanAMinute_IsNull()
    {
        var histogram = new RollingHistogram();
        histogram.Add(1, 10, 1);

        Assert.Null(histogram.Quantile(62, 0.5));
    }

    [Fact]
    public void Add_Weighted_CountsAndSums()
    {
        var histogram = new RollingHistogram();
        histogram.Add(0, 0.02, 3);
        histogram.Add(0, 0.2, 1);

        Assert.Equal(4, histogram.Count);
        Assert.Equal(0.26, histogram.SumS, 12);
        Assert.Equal(3, histogram.CountUpTo(0.1));
    }

    [Fact]
    public void Add_Always_AllocatesNothing()
    {
        var histogram = new RollingHistogram();
        histogram.Add(0, 0.02, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            histogram.Add(i * 0.01, 0.02, 5);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
