using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Methods;

namespace RapidTuner.Learning.Tests.Forecasting.Methods;

public sealed class EwmaTests : ForecasterConformance
{
    protected override IForecaster Create() => new Ewma(30);

    [Fact]
    public void Forecast_Step_IsHalfThereAfterAHalfLife()
    {
        var forecaster = new Ewma(30);
        Feed(forecaster, [.. Loads.Constant(3000, 2), .. Loads.Constant(30, 4)]);
        Assert.All(Means(forecaster), m => Assert.Equal(3, m, 1e-6));
    }
}
