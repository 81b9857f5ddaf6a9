using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Methods;

namespace RapidTuner.Learning.Tests.Forecasting.Methods;

public sealed class HoltWintersTests : ForecasterConformance
{
    protected override IForecaster Create() => new HoltWinters();

    [Fact]
    public void Forecast_Ramp_LooksAheadOfIt()
    {
        var forecaster = new HoltWinters();
        Feed(forecaster, [.. Enumerable.Range(0, 400).Select(s => (double)s)]);
        Assert.InRange(Means(forecaster)[4], 390, 410);
        Assert.True(Means(forecaster)[6] > Means(forecaster)[1]);
    }

    [Fact]
    public void Forecast_SecondDay_KnowsTheHourToCome()
    {
        // Ten times the load from noon on.
        var forecaster = new HoltWinters();
        var values = Enumerable.Range(0, 86_400 + 43_200).Select(s => s % 86_400 < 43_200 ? 1.0 : 10).ToArray();
        Feed(forecaster, values);
        Assert.True(Means(forecaster)[7] > 1.2, $"{Means(forecaster)[7]} at noon of the second day");
    }
}
