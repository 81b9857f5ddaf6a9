using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Tests.Search;

public sealed class GoodputSearchTests
{
    [Theory]
    [InlineData(-232)]
    [InlineData(-231)]
    [InlineData(-200)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(34)]
    [InlineData(35)]
    [InlineData(107)]
    [InlineData(300)]
    public void Find_MonotoneLoad_FindsTheEdge(int edge)
    {
        var asked = new List<int>();
        var found = GoodputSearch.Find(k =>
        {
            asked.Add(k);
            return k <= edge;
        });
        Assert.Equal(edge, found.K);
        Assert.True(found.Monotone);
        Assert.Equal(asked.Count, asked.Distinct().Count());
        Assert.Equal(asked.Count, found.Probes);
        Assert.All(asked, k => Assert.InRange(k, RateGrid.LowestK, RateGrid.HighestK));
    }

    [Fact]
    public void Find_NothingReaches_IsZero()
    {
        var found = GoodputSearch.Find(_ => false);
        Assert.Null(found.K);
        Assert.Equal(0, found.RateRps);
    }

    [Fact]
    public void Find_EverythingReaches_EndsAtTheHighestPoint() =>
        Assert.Equal(RateGrid.HighestK, GoodputSearch.Find(_ => true).K);

    [Fact]
    public void Find_AnyStart_FindsTheSameEdgeOfAMonotoneLoad() =>
        Prop.ForAll<int, int>((edge, start) =>
        {
            edge = (((edge % 400) + 400) % 400) - 200;
            start = (((start % 300) + 300) % 300) - 150;
            return GoodputSearch.Find(k => k <= edge, start).K == edge && GoodputSearch.Find(k => k <= edge, start, RateGrid.NearK).K == edge;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Find_AnyLoad_ReachesAndEveryProbedPointBelowDoes() =>
        Prop.ForAll<int>(seed =>
        {
            // A ragged edge between 20 and 60: some points fail, some do not.
            bool Reaches(int k) => k < 20 || (k < 60 && ((k * 2_654_435_761L) + seed) % 7 > 1);
            var probed = new Dictionary<int, bool>();
            var found = GoodputSearch.Find(k => probed[k] = Reaches(k));
            return found.K is { } at && probed.All(p => p.Value || p.Key > at) && probed[at]
                && probed.ContainsKey(at - 1) && probed.ContainsKey(at - 2);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Find_PointTwoAboveReaches_AnswerStaysAndIsMarked()
    {
        var found = GoodputSearch.Find(k => k <= 40 || k == 42);
        Assert.Equal(40, found.K);
        Assert.False(found.Monotone);
    }

    [Fact]
    public void Find_PointBelowTheEdgeFails_AnswerGoesBelowIt()
    {
        var found = GoodputSearch.Find(k => k <= 40 && k != 39);
        Assert.Equal(38, found.K);
        Assert.False(found.Monotone);
    }
}
