using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Methods;

namespace RapidTuner.Learning.Tests.Forecasting.Methods;

public sealed class QuantileTreesTests : ForecasterConformance
{
    // Trees say a multiple of the level, so that even a constant load has to be in their past to be known to the bit.
    private static readonly ForecastTrees Steady = ForecastTrees.Fit(Loads.Constant(2000, 3))!;

    protected override IForecaster Create() => With(Steady);

    [Fact]
    public void Forecast_BurstsOfKnownLength_FallsWhenTheBurstEnds()
    {
        static double[] Bursts(int seconds, ulong seed) => Loads.Poisson(seconds, s => s % 60 < 20 ? 30 : 1, seed);
        var forecaster = With(ForecastTrees.Fit(Bursts(6000, 1))!);
        Feed(forecaster, Bursts(6019, 2));
        var atEnd = Means(forecaster)[4];
        forecaster.Reset();
        Feed(forecaster, Bursts(6005, 2));
        var atStart = Means(forecaster)[4];
        Assert.True(atEnd < 0.5 * atStart, $"{atEnd} at the end of a burst, {atStart} at its start");
    }

    private static QuantileTrees With(ForecastTrees trees)
    {
        var forecaster = new QuantileTrees();
        forecaster.Use(trees);
        return forecaster;
    }
}
