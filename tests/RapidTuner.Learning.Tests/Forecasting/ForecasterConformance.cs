using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Learning.Tests.Forecasting;

/// <summary>What every method promises, whatever it is good at.</summary>
public abstract class ForecasterConformance
{
    protected abstract IForecaster Create();

    [Fact]
    public void Forecast_BeforeAnyValue_IsZero()
    {
        Assert.All(Means(Create()), m => Assert.Equal(0, m));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(0.1)]
    [InlineData(0)]
    public void Forecast_ConstantLoad_IsThatLoad(double value)
    {
        var forecaster = Create();
        foreach (var length in new[] { 1, 40, 700 })
        {
            Feed(forecaster, Loads.Constant(length, value));
            Assert.All(Means(forecaster), m => Assert.Equal(value, m, 1e-9));
        }
    }

    [Fact]
    public void Forecast_WildLoad_IsFiniteAndNotNegative()
    {
        var forecaster = Create();
        var values = Loads.Poisson(900, s => s % 97 < 5 ? 4000 : 0.01);
        for (var s = 0; s < values.Length; s++)
        {
            forecaster.Update(s, values[s] * (s % 3 == 0 ? 1e9 : 1));
            Assert.All(Means(forecaster), m => Assert.True(m >= 0 && double.IsFinite(m)));
        }
    }

    [Fact]
    public void Update_Gap_KeepsTheForecastOfASteadyLoad()
    {
        var forecaster = Create();
        Feed(forecaster, Loads.Constant(400, 5));
        Feed(forecaster, Loads.Constant(20, double.NaN));
        Assert.All(Means(forecaster), m => Assert.Equal(5, m, 1e-9));
    }

    [Fact]
    public void Forecast_SameWindows_SameBits()
    {
        var values = Loads.Poisson(800, s => 5 + (s / 100.0));
        var (a, b) = (Create(), Create());
        Feed(a, values);
        Feed(b, values);
        Assert.Equal(Means(a), Means(b));
    }

    [Fact]
    public void Reset_ThenTheSameWindows_SameBits()
    {
        var values = Loads.Poisson(400, _ => 5);
        var forecaster = Create();
        Feed(forecaster, values);
        var before = Means(forecaster);
        forecaster.Reset();
        Feed(forecaster, values);
        Assert.Equal(before, Means(forecaster));
    }

    [Fact]
    public void UpdateAndForecast_AllocateNothing()
    {
        var forecaster = Create();
        var means = new double[Horizons.Count];
        Feed(forecaster, Loads.Poisson(400, _ => 5));
        forecaster.Forecast(means);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var s = 0; s < 1000; s++)
        {
            forecaster.Update(400 + s, s % 7);
            forecaster.Forecast(means);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    protected static double[] Means(IForecaster forecaster)
    {
        var means = new double[Horizons.Count];
        forecaster.Forecast(means);
        return means;
    }

    protected static void Feed(IForecaster forecaster, double[] values)
    {
        for (var s = 0; s < values.Length; s++)
        {
            forecaster.Update(s, values[s]);
        }
    }
}
