namespace RapidTuner.Evaluation.Tests.Replay;

public sealed class LoadFactoryTests
{
    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(1, 1)]
    [InlineData(17.3, 1)]
    [InlineData(400, 1)]
    [InlineData(3, 4)]
    public void AtRate_AnyRate_ScoresExactlyThatRateAfterTheWarmUp(double rateRps, int seeds)
    {
        var load = Scenes.Cell(Scenes.Trace(200, 2), Scenes.Options("rapid") with { Seeds = seeds }).AtRate(1, rateRps);
        Assert.Equal(rateRps, load.OfferedRps!.Value, rateRps * 1e-9);
        Assert.Equal(60, load.StartS);
        Assert.True(load.Requests[^1].ArrivalS >= 600);
        Assert.Equal(0, load.Requests[0].ArrivalS);
        Assert.Equal(load.Requests.Count(r => r.ArrivalS < 60), load.ScoredFrom);
        Assert.True(load.Requests.Zip(load.Requests.Skip(1)).All(pair => pair.First.ArrivalS <= pair.Second.ArrivalS));
    }

    [Fact]
    public void AtRate_LongTrace_KeepsEveryRequestInOrder()
    {
        var trace = Scenes.Trace(200, 2);
        var load = Scenes.Cell(trace).AtRate(1, 0.1);
        Assert.Equal(trace.Requests.Select(r => r.PromptTokens), load.Requests.Select(r => r.PromptTokens));
    }

    [Fact]
    public void AsIs_OneSeed_IsTheTrace()
    {
        var trace = Scenes.Trace(50, 2);
        var load = Scenes.Cell(trace).AsIs(7, 1);
        Assert.Equal(trace.Requests, load.Requests);
        Assert.Equal(0, load.ScoredFrom);
    }

    [Fact]
    public void AsIs_ScaleAndDevices_DivideArrivals()
    {
        var trace = Scenes.Trace(50, 2);
        var load = Scenes.Cell(trace, Scenes.Options("disagg") with { RateScale = 2 }).AsIs(1, 3);
        Assert.Equal(trace.Requests[^1].ArrivalS / 6, load.Requests[^1].ArrivalS, 9);
    }

    [Fact]
    public void AsIs_SeveralSeeds_ResamplesEachByItself()
    {
        var cell = Scenes.Cell(Scenes.Trace(800, 2), Scenes.Options("rapid") with { Seeds = 2 });
        Assert.NotEqual(cell.AsIs(1, 1).Requests, cell.AsIs(2, 1).Requests);
        Assert.Equal(cell.AsIs(1, 1).Requests, cell.AsIs(1, 1).Requests);
    }
}
