using RapidTuner.Learning.Forecasting;
using RapidTuner.Serving.Live;

namespace RapidTuner.Http.Tuner;

/// <summary><c>GET /api/v1/forecasts</c>: the mean load from now to each horizon, with 90 % intervals; null before there is anything to forecast from.</summary>
internal static class ForecastPage
{
    public static object Of(LiveForecast forecast) => new
    {
        HorizonsS = Horizons.S.ToArray(),
        Series = new
        {
            RequestsPerS = Of(forecast, LoadSeries.Requests),
            PromptTokensPerS = Of(forecast, LoadSeries.PromptTokens),
            OutputTokensPerS = Of(forecast, LoadSeries.OutputTokens),
        },
    };

    private static object? Of(LiveForecast forecast, LoadSeries series)
    {
        var now = forecast.Read(series);
        return now.Windows == 0 ? null : new
        {
            Mean = Array.ConvertAll(now.ByHorizon, f => f.Mean),
            Low = Array.ConvertAll(now.ByHorizon, f => f.Low),
            High = Array.ConvertAll(now.ByHorizon, f => f.High),
            Scores = Array.ConvertAll(now.ByHorizon, f => f.Scores),
            now.Methods,
            now.Model,
        };
    }
}
