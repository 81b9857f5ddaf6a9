using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Learning.Tests.Forecasting;

public sealed class LoadForecastTests
{
    private readonly LoadForecast _load = new();

    [Fact]
    public void At_ThreeSeries_EachItsOwn()
    {
        Feed(0, 50, 2, 3000, 400);
        Assert.Equal(2, _load.At(LoadSeries.Requests, 1).Mean);
        Assert.Equal(3000, _load.At(LoadSeries.PromptTokens, 60).Mean);
        Assert.Equal(400, _load.At(LoadSeries.OutputTokens, 0.5).Mean);
    }

    [Fact]
    public void Update_RepeatedOrLateWindow_IsPassedOver()
    {
        Feed(0, 50, 2, 2, 2);
        _load.Update(new LoadWindow(49, 99, 99, 99));
        _load.Update(new LoadWindow(41, 99, 99, 99));
        Assert.Equal((50, 2), (_load.Windows, _load.Late));
        Assert.Equal(2, _load.At(LoadSeries.Requests, 1).Mean);
    }

    [Fact]
    public void Update_MissingWindows_AreGaps()
    {
        Feed(0, 50, 2, 2, 2);
        _load.Update(new LoadWindow(60, 2, 2, 2));
        Assert.Equal((51, 10), (_load.Windows, _load.GapS));
        Assert.Equal(2, _load.At(LoadSeries.Requests, 300).Mean);
    }

    [Theory]
    [InlineData(1_000_000_000, 0)]
    [InlineData(-1_000_000_000, 1)]
    public void Update_ClockJumps_GoesOnFromThere(long startS, long steps)
    {
        Feed(0, 400, 2, 2, 2);
        _load.Update(new LoadWindow(startS, 7, 7, 7));
        Assert.Equal(steps, _load.ClockSteps);
        Assert.Equal(7, _load.At(LoadSeries.Requests, 30).Mean);
        Feed(startS + 1, 400, 7, 7, 7);
        Assert.Equal(7, _load.At(LoadSeries.Requests, 300).Mean);
        Assert.Equal(801, _load.Windows);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    [InlineData(1e13)]
    public void Update_Garbage_IsAGapOfThatSeriesAlone(double value)
    {
        Feed(0, 50, 2, 2, 2);
        _load.Update(new LoadWindow(50, value, 2, 2));
        Assert.Equal(1, _load.BadValues);
        Assert.Equal(2, _load.At(LoadSeries.Requests, 10).Mean);
        Assert.Equal(0, _load[LoadSeries.Requests].ChosenOf(0));
    }

    [Fact]
    public void At_NothingSeen_IsZero() => Assert.Equal(0, _load.At(LoadSeries.Requests, 1).Mean);

    [Fact]
    public void Update_SameWindows_SameBits()
    {
        var values = Loads.Poisson(1500, s => 5 + (4 * Math.Sin(s / 50.0)));
        var (a, b) = (new LoadForecast(), new LoadForecast());
        for (var s = 0; s < values.Length; s++)
        {
            var window = new LoadWindow(s, values[s], values[s] * 900, values[s] * 200);
            a.Update(in window);
            b.Update(in window);
        }

        Assert.All(Enum.GetValues<LoadSeries>(), series => Assert.All(Horizons.S.ToArray(), h => Assert.Equal(a.At(series, h), b.At(series, h))));
    }

    [Fact]
    public void Update_GapsAndGarbage_AllocatesNothing()
    {
        Feed(0, 700, 2, 2, 2);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var s = 0; s < 500; s++)
        {
            _load.Update(new LoadWindow(700 + (2 * s), s % 3 == 0 ? double.NaN : s, s, s));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private void Feed(long startS, int count, double requests, double prompt, double output)
    {
        for (var s = startS; s < startS + count; s++)
        {
            _load.Update(new LoadWindow(s, requests, prompt, output));
        }
    }
}
