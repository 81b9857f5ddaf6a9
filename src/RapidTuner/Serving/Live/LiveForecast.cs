using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Serving.Live;

/// <summary>The forecast of the load that the service shows, fed a second at a time. Any thread.</summary>
internal sealed class LiveForecast
{
    private readonly LoadForecast _forecast = new();
    private readonly Lock _using = new();

    /// <summary>Takes the second that just ended.</summary>
    public void Update(in LoadWindow window)
    {
        lock (_using)
        {
            _forecast.Update(in window);
        }
    }

    /// <summary>Seconds seen, and a series over every horizon.</summary>
    public (long Windows, Forecast[] ByHorizon) Read(LoadSeries series)
    {
        lock (_using)
        {
            var all = new Forecast[Horizons.Count];
            for (var h = 0; h < all.Length; h++)
            {
                all[h] = _forecast.At(series, Horizons.S[h]);
            }

            return (_forecast.Windows, all);
        }
    }
}
