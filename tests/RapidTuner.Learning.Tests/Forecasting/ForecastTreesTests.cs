using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Learning.Tests.Forecasting;

public sealed class ForecastTreesTests
{
    [Fact]
    public void Fit_ShortOrEmptyPast_GivesNone()
    {
        Assert.Null(ForecastTrees.Fit(Loads.Constant(ForecastTrees.WindowsMin - 1, 1)));
        Assert.Null(ForecastTrees.Fit(Loads.Constant(2000, 0)));
        Assert.Null(ForecastTrees.Fit(Loads.Constant(2000, double.NaN)));
    }

    [Fact]
    public void Fit_Cancelled_Throws() =>
        Assert.ThrowsAny<OperationCanceledException>(() => ForecastTrees.Fit(Loads.Constant(2000, 1), cancel: new CancellationToken(canceled: true)));

    [Fact]
    public void Fit_PastWithGaps_Learns() =>
        Assert.NotNull(ForecastTrees.Fit([.. Loads.Poisson(2000, _ => 5).Select((v, s) => s % 500 == 7 ? double.NaN : v)]));
}
