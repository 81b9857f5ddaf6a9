using RapidTuner.Core.Errors;
using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Training;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Serving.Live;

/// <summary>Keeps the service's forecast on the registry's champions: whoever is promoted, pinned or rolled back takes part within <see cref="EveryS"/>.</summary>
/// <param name="registry">The models.</param>
/// <param name="forecast">The forecast.</param>
/// <param name="notes">Told what could not be read, once.</param>
internal sealed class ForecastWatch(ModelRegistry registry, LiveForecast forecast, Action<string> notes)
{
    /// <summary>Seconds between two looks; chosen: a look reads one small file.</summary>
    private const double EveryS = 10;

    private readonly string?[] _champions = new string?[Enum.GetValues<LoadSeries>().Length];
    private string? _told;

    /// <summary>Looks until <paramref name="stop"/>.</summary>
    public async Task RunAsync(TimeProvider clock, CancellationToken stop)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(EveryS), clock);
        try
        {
            do
            {
                Look();
            }
            while (await tick.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <summary>Takes what changed into use. A registry that cannot be read changes nothing.</summary>
    public void Look()
    {
        foreach (var series in Enum.GetValues<LoadSeries>())
        {
            try
            {
                var id = registry.Champion(ForecastTarget.Name, ForecastTarget.ScopeOf(ForecastTarget.Serving, series))?.Id;
                if (id != _champions[(int)series])
                {
                    var found = id is null ? null : ForecastTarget.Champion(registry, ForecastTarget.Serving, series, notes);
                    forecast.Use(series, found?.Model.Trees, found?.Id);
                    _champions[(int)series] = id;
                }
            }
            catch (Exception bad) when (bad is BadInputException or IOException or UnauthorizedAccessException)
            {
                if (_told != bad.Message)
                {
                    notes(_told = bad.Message);
                }
            }
        }
    }
}
