using RapidTuner.Core.Workload;
using RapidTuner.Serving;

namespace RapidTuner.Tests.Serving;

public class LoopedLoadTests
{
    private static readonly Trace Trace = new("three", [new(0, 10, 1), new(1, 20, 2), new(4, 30, 3)], 0, 0);

    [Fact]
    public void Take_PastTheEnd_StartsAgainAndTimeRises()
    {
        var load = new LoopedLoad(Trace, Trace.Requests.Length / Trace.SpanS, _ => 1);
        var taken = Enumerable.Range(0, 7).Select(_ => load.Take(out var _)).ToArray();

        Assert.Equal([10, 20, 30, 10, 20, 30, 10], taken.Select(r => r.PromptTokens));
        Assert.Equal([0, 1, 4], taken.Take(3).Select(r => Math.Round(r.ArrivalS, 9)));
        Assert.All(taken.Zip(taken.Skip(1)), pair => Assert.True(pair.First.ArrivalS < pair.Second.ArrivalS));
    }

    [Fact]
    public void OfferedRps_Doubled_HalvesTheGaps()
    {
        var load = new LoopedLoad(Trace, 1.5, _ => 1);
        var slowS = Span(load);
        load.OfferedRps = 3;
        var fastS = Span(load);

        Assert.Equal(slowS / 2, fastS, 9);
        Assert.Equal(3, load.OfferedRps, 9);
    }

    [Fact]
    public void Take_Limit_IsThatOfTheRequest()
    {
        var load = new LoopedLoad(Trace, 1, r => r.PromptTokens / 10.0);
        load.Take(out var first);
        load.Take(out var second);

        Assert.Equal((1.0, 2.0), (first, second));
    }

    private static double Span(LoopedLoad load)
    {
        var startS = load.NextArrivalS;
        for (var i = 0; i < 3; i++)
        {
            load.Take(out _);
        }

        return load.NextArrivalS - startS;
    }
}
