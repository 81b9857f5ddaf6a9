using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tests.Trees.Training;

public sealed class FeatureBinsTests
{
    private double[] _scratch = [];

    [Theory]
    [InlineData(3, 3)]
    [InlineData(254, 254)]
    [InlineData(2000, FeatureBins.ValuesMax)]
    public void Of_SoManyValues_HasABinEachOrAboutEqualOnes(int values, int bins)
    {
        var rng = new Rng(3, "bins");
        double[] column = [.. Enumerable.Range(0, 40_000).Select(i => (double)(i < values ? i : rng.NextInt(values)))];
        var of = FeatureBins.Of(column, 0, ref _scratch);
        Assert.InRange(of.Values, bins - 2, bins);
        var counts = column.GroupBy(of.BinOf).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(of.Values, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 0.5 * column.Length / of.Values, 2.0 * column.Length / of.Values));
    }

    [Fact]
    public void Of_ScratchOfALongerColumn_IsTheSameAsWithoutAny()
    {
        var rng = new Rng(4, "bins");
        double[] longer = [.. Enumerable.Range(0, 5000).Select(_ => rng.NextDouble())];
        double[] column = [.. longer.Take(1000).Select((v, i) => i % 7 == 0 ? double.NaN : v - 0.5)];
        _ = FeatureBins.Of(longer, 0, ref _scratch);
        var kept = _scratch;
        var used = FeatureBins.Of(column, 0, ref _scratch);
        double[] none = [];
        var fresh = FeatureBins.Of(column, 0, ref none);
        Assert.Same(kept, _scratch);
        Assert.Equal(Enumerable.Range(0, fresh.Values).Select(fresh.UpperOf), Enumerable.Range(0, used.Values).Select(used.UpperOf));
    }
}
