using RapidTuner.Core;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Learning.Tests.Latency;

public sealed class LearnedStepLatencyTests
{
    private static readonly StepWork Batch = StepWork.Decode(48, 48 * 2_000);
    private static readonly StepWork Chunk = StepWork.Prefill(1, 2048, 0);

    [Fact]
    public void Upper_LiesAboveMedian()
    {
        var (median, upper) = (At(LatencyQuantile.Median), At(LatencyQuantile.Upper));
        Assert.True(upper.AloneS(Phase.Decode, Batch, 24) > median.AloneS(Phase.Decode, Batch, 24));
        Assert.Equal(LatencyTrainerTests.Model.Estimate(Phase.Decode, Batch, 24).P95S, upper.AloneS(Phase.Decode, Batch, 24), 12);
        Assert.Equal(LatencyTrainerTests.Model.Estimate(Phase.Decode, Batch, 24, Chunk, 76).P50S, median.BesideS(Phase.Decode, Batch, 24, Chunk, 76), 12);
    }

    [Theory]
    [InlineData(LatencyQuantile.Median)]
    [InlineData(LatencyQuantile.Upper)]
    public void Sweep_EqualsSinglePredictions(LatencyQuantile quantile)
    {
        var latency = At(quantile);
        int[] units = [12, 24, 36, 48, 64, 76, 88, 100, 36];
        int[] besides = [88, 76, 64, 48, 36, 24, 12, 0, 100];
        var seconds = new double[units.Length];
        latency.Sweep(Phase.Decode, Batch, units, Chunk, besides, seconds);

        for (var i = 0; i < units.Length; i++)
        {
            Assert.Equal(latency.BesideS(Phase.Decode, Batch, units[i], Chunk, besides[i]), seconds[i], 1e-12);
        }
    }

    [Fact]
    public void Predictions_AllocateNothing()
    {
        var latency = At(LatencyQuantile.Upper);
        int[] units = [12, 24, 36, 48];
        int[] besides = [88, 76, 64, 48];
        var seconds = new double[4];
        void Once()
        {
            latency.AloneS(Phase.Prefill, Chunk, 50);
            latency.BesideS(Phase.Decode, Batch, 30, Chunk, 70);
            latency.Sweep(Phase.Decode, Batch, units, Chunk, besides, seconds);
            latency.Observe(Phase.Decode, Batch, 30, Chunk, 70, 0.02);
        }

        Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Once();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Observe_DeviceBecomesSlower_FollowsWithinAHundredSteps()
    {
        var (device, latency) = (new MadeUpDevice(), At(LatencyQuantile.Median));
        var trueS = 1.4 * device.BesideS(Phase.Decode, Batch, 36, Chunk, 64);
        for (var i = 0; i < 100; i++)
        {
            latency.Observe(Phase.Decode, Batch, 36, Chunk, 64, trueS);
        }

        Assert.InRange(latency.BesideS(Phase.Decode, Batch, 36, Chunk, 64) / trueS, 0.97, 1.03);

        // What was learned beside helps alone as well, in part; the other phase is not touched.
        Assert.True(latency.AloneS(Phase.Decode, Batch, 36) > 1.1 * device.AloneS(Phase.Decode, Batch, 36));
        Assert.Equal(At(LatencyQuantile.Median).AloneS(Phase.Prefill, Chunk, 36), latency.AloneS(Phase.Prefill, Chunk, 36), 12);
    }

    [Fact]
    public void Observe_NoiseGrows_BoundCoversNineteenOfTwenty()
    {
        var device = new MadeUpDevice();
        var (latency, rng) = (At(LatencyQuantile.Upper), new Core.Numerics.Rng(3, "test"));
        var within = 0;
        for (var i = 0; i < 4_000; i++)
        {
            var measuredS = device.AloneS(Phase.Decode, Batch, 48) * Math.Exp(0.1 * rng.NextGaussian());
            within += i >= 1_000 && measuredS <= latency.AloneS(Phase.Decode, Batch, 48) ? 1 : 0;
            latency.Observe(Phase.Decode, Batch, 48, default, 0, measuredS);
        }

        Assert.InRange(within / 3_000.0, 0.93, 0.97);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Observe_Nonsense_ChangesNothing(double measuredS)
    {
        var latency = At(LatencyQuantile.Upper);
        var before = latency.AloneS(Phase.Decode, Batch, 30);
        latency.Observe(Phase.Decode, Batch, 30, default, 0, measuredS);
        Assert.Equal(before, latency.AloneS(Phase.Decode, Batch, 30));
        Assert.Equal(0, latency.Tracker.Observed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    public void Predictions_ImpossibleUnits_StayFinite(int units) =>
        Assert.True(double.IsFinite(At(LatencyQuantile.Upper).BesideS(Phase.Decode, Batch, units, Chunk, 1_000_000)));

    private static LearnedStepLatency At(LatencyQuantile quantile) => new(LatencyTrainerTests.Model, quantile);
}
