using RapidTuner.Learning.Forecasting.Training;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Store;
using RapidTuner.Training;

namespace RapidTuner.Jobs.Work;

/// <summary>Forecasts compared on new seconds, in stretches of ten minutes.</summary>
/// <param name="registry">The models.</param>
/// <param name="store">Where windows are.</param>
/// <param name="notes">Told what could not be read.</param>
internal sealed class ForecastChallenge(ModelRegistry registry, ITelemetryStore store, Action<string> notes) : IChallenge
{
    public string Target => ForecastTarget.Name;

    public string Unit => "stretches of new load";

    public IReadOnlyList<double>? Gains(RegistryEntry champion, RegistryEntry challenger, CancellationToken stop) =>
        ForecastTarget.Load(registry.Folder, champion, notes) is { } old && ForecastTarget.Load(registry.Folder, challenger, notes) is { } young
            ? ForecastTrainer.BlockGains(old, young, LoadPasts.Read(store, old.Load, stop))
            : null;
}
