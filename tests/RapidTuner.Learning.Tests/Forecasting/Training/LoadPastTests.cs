using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Training;

namespace RapidTuner.Learning.Tests.Forecasting.Training;

public sealed class LoadPastTests
{
    private readonly LoadPast _past = new();

    [Fact]
    public void Add_RepeatedLateOrNoRate_IsPassedOverOrAGap()
    {
        Add(10, 1);
        Add(10, 2);
        Add(9, 3);
        Add(11, double.PositiveInfinity);
        Add(12, -1);
        Add(13, 4);
        Assert.Equal([1, double.NaN, double.NaN, 4], _past.Of(LoadSeries.Requests));
        Assert.Equal((10, 14), (_past.FromS, _past.ToS));
    }

    [Fact]
    public void Add_LongPause_IsKeptAsOneGapLongerThanAnyHorizon()
    {
        Add(0, 1);
        Add(1_000_000, 2);
        Assert.Equal(LoadForecast.GapMaxS + 3, _past.Windows);
        Assert.Equal(LoadForecast.GapMaxS + 2, _past.Before(1_000_000));
        Assert.Equal(_past.Windows, _past.Before(1_000_001));
    }

    private void Add(long second, double value) => _past.Add(new LoadWindow(second, value, value, value));
}
