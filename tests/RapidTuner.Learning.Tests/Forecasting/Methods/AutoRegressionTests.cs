using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Methods;

namespace RapidTuner.Learning.Tests.Forecasting.Methods;

public sealed class AutoRegressionTests : ForecasterConformance
{
    protected override IForecaster Create() => new AutoRegression();

    [Fact]
    public void Forecast_EverySecondWindowBusy_SaysWhichIsNext()
    {
        var forecaster = new AutoRegression();
        Feed(forecaster, [.. Enumerable.Range(0, 1200).Select(s => s % 2 == 0 ? 10.0 : 0)]);
        Assert.InRange(Means(forecaster)[1], 9, 11);
    }
}
