using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Evaluation.Workloads.Fitting;
using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Tests.Workloads.Fitting;

public sealed class CdfFitterTests
{
    [Fact]
    public void Whole_AnyValues_StaysWithinToleranceAndBounds() =>
        Prop.ForAll<NonEmptyArray<PositiveInt>>(values =>
        {
            var sorted = values.Get.Select(value => (double)value.Get).Order().ToArray();
            var cdf = new Cdf(CdfFitter.Whole(sorted, 0.05));
            var drawn = Enumerable.Range(0, 2000).Select(i => cdf.WholeQuantile((i + 0.5) / 2000)).ToArray();
            return drawn.All(value => value >= sorted[0] && value <= sorted[^1])
                && sorted.All(at => Math.Abs((drawn.Count(value => value <= at) / 2000.0) - (sorted.Count(value => value <= at) / (double)sorted.Length)) <= Math.Max(0.05, 1.5 / sorted.Length) + 0.002);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whole_Atoms_ComeBack()
    {
        double[] sorted = [.. Enumerable.Repeat(5.0, 50), .. Enumerable.Repeat(90.0, 50)];

        var cdf = new Cdf(CdfFitter.Whole(sorted, 0.001));

        Assert.Equal([5, 5, 90, 90], new[] { 0.01, 0.49, 0.51, 1 }.Select(cdf.WholeQuantile));
    }

    [Fact]
    public void Positive_ManyValues_TakesFewPoints()
    {
        var sorted = Enumerable.Range(0, 10_000).Select(i => -Math.Log(1 - ((i + 0.5) / 10_000))).ToArray();

        var spec = CdfFitter.Positive(sorted, 0.005);

        Assert.InRange(spec.At.Count, 5, 60);
        Assert.Equal(Math.Log(2), new Cdf(spec).Quantile(0.5), 0.02);
    }

    [Theory]
    [InlineData(123_456, 3, 123_000)]
    [InlineData(0.00123456, 3, 0.00123)]
    [InlineData(-2.5, 5, -2.5)]
    [InlineData(0, 5, 0)]
    public void Significant_Rounds(double value, int digits, double rounded) => Assert.Equal(rounded, CdfFitter.Significant(value, digits), 1e-12);
}
