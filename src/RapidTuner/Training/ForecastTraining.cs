using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Training;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Training;

/// <summary>Forecasts of the load from the store's windows of a second, one model per load and series.</summary>
internal sealed class ForecastTraining : ITrainable
{
    /// <inheritdoc/>
    public string Target => ForecastTarget.Name;

    /// <inheritdoc/>
    public IEnumerable<ModelCandidate> Train(TrainingScene scene, CancellationToken cancel)
    {
        foreach (var load in LoadPasts.NamesIn(scene.Store))
        {
            var past = LoadPasts.Read(scene.Store, load, cancel);
            if (past.Windows < ForecastTrainer.WindowsMin)
            {
                scene.Progress($"{load}: {past.Windows} seconds of load are kept, forecasts are learned from {ForecastTrainer.WindowsMin}");
                continue;
            }

            foreach (var series in Enum.GetValues<LoadSeries>())
            {
                var champion = ForecastTarget.Champion(scene.Registry, load, series, scene.Progress)?.Model;
                if (ForecastTrainer.Fit(load, series, past, scene.Seed, scene.HalfLifeS, champion, cancel) is { } model)
                {
                    yield return ForecastTarget.Candidate(model, load == ForecastTarget.Serving ? "windows of the service" : "windows of a replay");
                }
                else
                {
                    scene.Progress($"{ForecastTarget.ScopeOf(load, series)}: too few of its seconds are above 0 to learn from");
                }
            }
        }
    }
}
