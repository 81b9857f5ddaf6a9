using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Training;

namespace RapidTuner.Learning.Tests.Forecasting.Training;

/// <summary>Pasts of known rates.</summary>
internal static class Pasts
{
    /// <summary>Requests as given from a second on, prompt and output tokens a hundred and ten times as many.</summary>
    public static LoadPast Of(IReadOnlyList<double> requests, long fromS = 0)
    {
        var past = new LoadPast();
        for (var s = 0; s < requests.Count; s++)
        {
            past.Add(new LoadWindow(fromS + s, requests[s], 100 * requests[s], 10 * requests[s]));
        }

        return past;
    }

    /// <summary>Arrivals that scatter around five a second.</summary>
    public static LoadPast Scattered(int seconds, ulong seed = 1) => Of(Loads.Poisson(seconds, _ => 5, seed));

    public static ForecastModel Fit(LoadPast past, ForecastModel? rival = null, ulong seed = 1) =>
        ForecastTrainer.Fit("serving", LoadSeries.Requests, past, seed, double.PositiveInfinity, rival, default)!;
}
