using RapidTuner.Learning.Forecasting;
using RapidTuner.Learning.Forecasting.Training;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Training;

/// <summary>The loads of a store, second by second, as forecasts learn from them.</summary>
internal static class LoadPasts
{
    /// <summary>Names of the loads that the store has runs of: the service's, and one per replayed trace.</summary>
    public static IReadOnlyList<string> NamesIn(ITelemetryStore store) =>
        [.. store.Read(TelemetryTables.Runs, ReadRange.Everything).Select(r => ForecastTarget.LoadOf(r.Workload)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The past of a load: all stretches of a service in a row; of a trace its longest replay, since every replay repeats the same arrivals.
    /// </summary>
    public static LoadPast Read(ITelemetryStore store, string load, CancellationToken cancel)
    {
        var runs = store.Read(TelemetryTables.Runs, ReadRange.Everything).Where(r => ForecastTarget.LoadOf(r.Workload) == load).OrderBy(r => r.OriginUs).ThenBy(r => r.Seq).ToArray();
        if (load == ForecastTarget.Serving)
        {
            return Read(store, runs, cancel);
        }

        var longest = new LoadPast();
        foreach (var run in runs)
        {
            var past = Read(store, [run], cancel);
            longest = past.Windows >= longest.Windows ? past : longest;
        }

        return longest;
    }

    private static LoadPast Read(ITelemetryStore store, RunRecord[] runs, CancellationToken cancel)
    {
        var past = new LoadPast();
        foreach (var run in runs)
        {
            foreach (var window in store.Read(TelemetryTables.Windows, new ReadRange { Run = run.Seq, WidthS = 1 }))
            {
                cancel.ThrowIfCancellationRequested();
                past.Add(new LoadWindow(window.StartUs / Micros.PerS, window["requests_arrived_per_s"], window["prompt_tokens_arrived_per_s"], window["tokens_out_per_s"]));
            }
        }

        return past;
    }
}
