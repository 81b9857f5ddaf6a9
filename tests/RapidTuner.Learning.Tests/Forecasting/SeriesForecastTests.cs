using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Learning.Tests.Forecasting;

public sealed class SeriesForecastTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(1234.5)]
    [InlineData(0)]
    public void At_ConstantLoad_IsExactWithAnIntervalOfNoWidth(double value)
    {
        var series = Fed(Loads.Constant(1500, value));
        for (var h = 0; h < Horizons.Count; h++)
        {
            Assert.Equal(0, series.ChosenOf(h));
            Assert.Equal(value, series.At(h).Mean);
            Assert.Equal(value, series.At(h).Low, 1e-9);
            Assert.Equal(value, series.At(h).High, 1e-9);
        }
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(5)]
    [InlineData(80)]
    public void ChosenOf_ConstantRate_IsNoWorseThanLastValue(double rate)
    {
        var values = Loads.Poisson(4000, _ => rate);
        for (var h = 0; h < Horizons.Count; h++)
        {
            Assert.True(Mase(values, h, 1000) <= 1, $"{Mase(values, h, 1000)} at {Horizons.S[h]} s");
        }
    }

    [Fact]
    public void ChosenOf_NoisyLevel_AveragesAtLongHorizons()
    {
        Assert.True(Mase(Loads.Poisson(4000, _ => 5), 6, 1000) < 0.4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(5)]
    public void At_DriftingRate_NineOfTenFallInside(int horizon)
    {
        var values = Loads.Poisson(8000, s => 20 + (15 * Math.Sin(s / 600.0)));
        var inside = Inside(values, horizon, 1000);
        Assert.InRange(inside, 0.86, 0.94);
    }

    [Fact]
    public void At_BetweenHorizons_LiesBetweenThem()
    {
        var series = Fed(Loads.Poisson(1000, s => s / 20.0));
        var (a, b, between) = (series.At(4), series.At(5), series.At(20.0));
        Assert.InRange(between.Mean, Math.Min(a.Mean, b.Mean), Math.Max(a.Mean, b.Mean));
        Assert.Equal(series.At(0), series.At(0.1));
        Assert.Equal(series.At(7), series.At(1e9));
    }

    [Fact]
    public void At_BeforeAnyScore_SpansWhatWasSeen()
    {
        var series = Fed([3, 8, 2]);
        Assert.Equal(new Forecast(2, 0, 8, 0), series.At(3));
    }

    [Fact]
    public void Update_SteadyState_AllocatesNothing()
    {
        var trees = ForecastTrees.Fit(Loads.Poisson(1000, _ => 5))!;
        var series = new SeriesForecast(trees);
        Feed(series, Loads.Poisson(1000, _ => 5), 0);
        var values = Loads.Poisson(1000, _ => 6, 2);

        // A collection that another test sets off closes this thread's buffer, which then counts as allocated; what allocates by itself does so in every round.
        var least = Enumerable.Range(1, 5).Min(round =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Feed(series, values, 1000 * round);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, least);
    }

    [Fact]
    public void Restart_KeepsChoicesAndForgetsValues()
    {
        var series = Fed(Loads.Poisson(2000, _ => 5));
        var chosen = series.ChosenOf(5);
        Assert.NotEqual(0, chosen);
        series.Restart();
        series.Update(9000, 40);
        Assert.Equal(chosen, series.ChosenOf(5));
        Assert.Equal(40, series.At(5).Mean, 1e-9);
    }

    [Fact]
    public void Use_TreesTrainedOnWhatWasScored_StartsAllScoresAnew()
    {
        var values = Loads.Poisson(3000, s => s % 60 < 20 ? 30 : 1);
        var series = Fed(values);
        Assert.True(double.IsNaN(series.MaseOf(4, 7)));
        var chosen = series.ChosenOf(4);
        series.Use(ForecastTrees.Fit(values));
        Assert.True(double.IsNaN(series.MaseOf(4, 7)));
        Assert.Equal(chosen, series.ChosenOf(4));
        Feed(series, Loads.Poisson(900, s => s % 60 < 20 ? 30 : 1, 2), 3000);
        Assert.Equal("trees", series.Methods[series.ChosenOf(4)].Name);
        series.Use(null);
        Assert.NotEqual("trees", series.Methods[series.ChosenOf(4)].Name);
    }

    private static SeriesForecast Fed(double[] values)
    {
        var series = new SeriesForecast();
        Feed(series, values, 0);
        return series;
    }

    private static void Feed(SeriesForecast series, double[] values, long startS)
    {
        for (var s = 0; s < values.Length; s++)
        {
            series.Update(startS + s, values[s]);
        }
    }

    /// <summary>Error of the chosen forecasts / that of last value, reckoned here from the values themselves.</summary>
    private static double Mase(double[] values, int horizon, int from)
    {
        var (own, last) = (0.0, 0.0);
        Each(values, horizon, from, (forecast, lastValue, came) =>
        {
            own += Math.Abs(forecast.Mean - came);
            last += Math.Abs(lastValue - came);
        });
        return own / last;
    }

    private static double Inside(double[] values, int horizon, int from)
    {
        var (inside, all) = (0, 0);
        Each(values, horizon, from, (forecast, _, came) =>
        {
            inside += came >= forecast.Low && came <= forecast.High ? 1 : 0;
            all++;
        });
        return (double)inside / all;
    }

    private static void Each(double[] values, int horizon, int from, Action<Forecast, double, double> take)
    {
        var windows = (int)Math.Ceiling(Horizons.S[horizon]);
        var series = new SeriesForecast();
        for (var s = 0; s + windows < values.Length; s++)
        {
            series.Update(s, values[s]);
            if (s >= from)
            {
                take(series.At(horizon), values[s], values.AsSpan(s + 1, windows).ToArray().Average());
            }
        }
    }
}
