using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Serving.Live;

/// <summary>The forecast of the load that the service shows, fed a second at a time. Any thread.</summary>
internal sealed class LiveForecast
{
    private readonly LoadForecast _forecast = new();
    private readonly string?[] _models = new string?[Enum.GetValues<LoadSeries>().Length];
    private readonly Lock _using = new();

    /// <summary>Takes the second that just ended.</summary>
    public void Update(in LoadWindow window)
    {
        lock (_using)
        {
            _forecast.Update(in window);
        }
    }

    /// <summary>Takes a registered model's trees into use, or none.</summary>
    /// <param name="series">The series that they forecast.</param>
    /// <param name="trees">The trees.</param>
    /// <param name="model">The model's id; null for none.</param>
    public void Use(LoadSeries series, ForecastTrees? trees, string? model)
    {
        lock (_using)
        {
            _forecast.Use(series, trees);
            _models[(int)series] = model;
        }
    }

    /// <summary>A series over every horizon.</summary>
    public LiveSeries Read(LoadSeries series)
    {
        lock (_using)
        {
            var all = new Forecast[Horizons.Count];
            var methods = new string[Horizons.Count];
            for (var h = 0; h < all.Length; h++)
            {
                all[h] = _forecast.At(series, Horizons.S[h]);
                methods[h] = _forecast[series].Methods[_forecast[series].ChosenOf(h)].Name;
            }

            return new LiveSeries(_forecast.Windows, all, methods, _models[(int)series]);
        }
    }
}
