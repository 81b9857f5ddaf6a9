using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Tests.Statistics;

public sealed class NearestRankTests
{
    [Theory]
    [InlineData(99, 1, 1)]
    [InlineData(99, 100, 99)]
    [InlineData(99, 101, 100)]
    [InlineData(50, 2, 1)]
    [InlineData(50, 3, 2)]
    [InlineData(90, 10, 9)]
    [InlineData(90, 11, 10)]
    public void RankOf_SmallCounts_IsTheCeiling(int percent, long count, long rank) =>
        Assert.Equal(rank, NearestRank.RankOf(percent, count));

    [Fact]
    public void Of_Nothing_IsNull() => Assert.Null(NearestRank.Of([], 50));

    [Fact]
    public void WeightedPercentiles_AnyGroups_EqualThoseOfTheValuesWrittenOut() =>
        Prop.ForAll<(NonNegativeInt Value, PositiveInt Count)[]>(groups =>
        {
            var weighted = new WeightedValues();
            var written = new List<double>();
            foreach (var (value, count) in groups)
            {
                weighted.Add(value.Get, count.Get);
                written.AddRange(Enumerable.Repeat((double)value.Get, count.Get));
            }

            return weighted.Total == written.Count && weighted.Percentiles() == NearestRank.Percentiles(written.ToArray());
        }).QuickCheckThrowOnFailure();
}
