using RapidTuner.Serving.Live;

namespace RapidTuner.Tests.Serving.Live;

public sealed class LiveHistoryTests
{
    [Fact]
    public void Latest_MoreThanItHolds_GivesTheNewestInOrder()
    {
        var history = new LiveHistory();
        Assert.Empty(history.Latest(10));
        for (var s = 0; s < LiveHistory.PointsMax + 50; s++)
        {
            history.Add(default(LivePoint) with { AtS = s });
        }

        Assert.Equal(Enumerable.Range(50, LiveHistory.PointsMax).Select(s => (long)s), history.Latest(int.MaxValue).Select(p => p.AtS));
        Assert.Equal([948L, 949L], history.Latest(2).Select(p => p.AtS));
    }
}
