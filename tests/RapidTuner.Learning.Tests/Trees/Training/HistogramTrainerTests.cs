using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tests.Trees.Training;

public sealed class HistogramTrainerTests : TrainerConformance
{
    protected override ITrainer Create() => new HistogramTrainer();

    [Fact]
    public void Fit_InfiniteValues_AreTheExtremes()
    {
        double[] x = [.. Enumerable.Repeat(double.NegativeInfinity, 30), .. Enumerable.Repeat(0.0, 30), .. Enumerable.Repeat(double.PositiveInfinity, 30)];
        double[] target = [.. x.Select(v => double.IsInfinity(v) ? Math.Sign(v) : 0.0)];
        var ensemble = Create().Prepare(new FeatureTable([x])).Fit(new TrainingSample(target), new TrainingOptions { Trees = 200 }).All;
        Assert.Equal(-1, ensemble.Predict([double.NegativeInfinity]), 0.01);
        Assert.Equal(0, ensemble.Predict([0.0]), 0.01);
        Assert.Equal(1, ensemble.Predict([double.PositiveInfinity]), 0.01);
    }

    [Fact]
    public void Fit_OnlyMissingOrOneValue_IsAFeatureToo()
    {
        double[] x = [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? double.NaN : 5.0)];
        double[] target = [.. x.Select(v => double.IsNaN(v) ? 0.0 : 1.0)];
        var ensemble = Create().Prepare(new FeatureTable([x])).Fit(new TrainingSample(target), new TrainingOptions { Trees = 200 }).All;
        Assert.Equal(0, ensemble.Predict([double.NaN]), 0.01);
        Assert.Equal(1, ensemble.Predict([5.0]), 0.01);
        Assert.Equal(1, ensemble.Predict([double.PositiveInfinity]), 0.01);
    }

    [Fact]
    public void Fit_Memory_IsAtMostThreeTimesTheBinnedData()
    {
        // Packed, parted and residual take 24 bytes a row beside the bins; histograms are counted apart, since they do not grow with rows.
        const int Features = 20, N = 200_000;
        var rng = new Rng(1, "memory");
        var columns = Enumerable.Range(0, Features).Select(_ => Enumerable.Range(0, N).Select(_ => (double)rng.NextInt(50)).ToArray()).ToArray();
        var target = Enumerable.Range(0, N).Select(i => columns[0][i]).ToArray();
        var prepared = Create().Prepare(new FeatureTable(columns));
        var before = GC.GetAllocatedBytesForCurrentThread();
        prepared.Fit(new TrainingSample(target), new TrainingOptions { Trees = 3, Threads = 1 });
        var perRow = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)N;
        Assert.InRange(perRow, 0, 2 * Features);
    }

    [Fact]
    public void QuantileOf_AnyValues_IsTheNearestRank()
    {
        var rng = new Rng(2, "quantile");
        for (var n = 1; n < 200; n++)
        {
            double[] values = [.. Enumerable.Range(0, n).Select(_ => (double)rng.NextInt(20))];
            var sorted = values.Order().ToArray();
            foreach (var level in new[] { 0.01, 0.5, 0.9, 0.999 })
            {
                Assert.Equal(sorted[Math.Clamp((int)Math.Ceiling(level * n) - 1, 0, n - 1)], LeafValues.QuantileOf(values.ToArray(), level));
            }
        }
    }
}
