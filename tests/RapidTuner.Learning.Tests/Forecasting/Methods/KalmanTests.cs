using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Methods;

namespace RapidTuner.Learning.Tests.Forecasting.Methods;

public sealed class KalmanTests : ForecasterConformance
{
    protected override IForecaster Create() => new Kalman();

    [Fact]
    public void Forecast_NoiseAroundALevel_Averages()
    {
        var forecaster = new Kalman();
        Feed(forecaster, Loads.Poisson(2000, _ => 20));
        Assert.All(Means(forecaster), m => Assert.InRange(m, 18, 22));
    }

    [Fact]
    public void Forecast_WalkWithoutNoise_FollowsAtOnce()
    {
        // Differences without negative correlation: all of a change is the level's.
        var forecaster = new Kalman();
        var level = 100.0;
        var values = Loads.Poisson(2000, _ => 4, 3).Select(step => level += step - 4).ToArray();
        Feed(forecaster, values);
        Assert.All(Means(forecaster), m => Assert.InRange(m, values[^1] - 1.5, values[^1] + 1.5));
    }
}
