using RapidTuner.Learning.Drift;
using RapidTuner.Telemetry.Features;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Jobs.Work;

/// <summary>
/// Compares the latest hour's load with the same hour of earlier days, feature by feature, and the champion's latest residuals with
/// their own mean; drift sets off a retraining, at most once in <see cref="RestS"/>.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="residuals">
/// ln(measured / predicted) of the champion's latest steps, in order of time; empty when there is no champion yet.
/// </param>
/// <param name="retrain">Sets off a retraining.</param>
/// <param name="clock">The clock.</param>
internal sealed class DriftWork(ITelemetryStore store, Func<CancellationToken, IEnumerable<double>> residuals, Action retrain, TimeProvider clock) : IJobWork
{
    /// <summary>Time after a retraining set off by drift in which drift sets off none, seconds; chosen: half a day.</summary>
    public const double RestS = 43_200;

    private const long HourUs = 3_600_000_000;
    private const int DaysMax = 7;

    /// <summary>Width of the windows compared, seconds: enough of them in an hour, and each a mean.</summary>
    private const int WidthS = 10;

    /// <summary>Change of the mean residual that is no drift: 2 %; and the sum beyond it that is; chosen: a bias of 10 % is told after some 60 steps.</summary>
    private const double Tolerance = 0.02;

    private const double Threshold = 5;

    private static readonly string[] Watched =
    [
        "requests_arrived_per_s", "uncached_tokens_arrived_per_s", "prefix_hit_share", "prompt_tokens_p50", "prompt_tokens_p90", "output_tokens_p50",
        "decode_sequences_mean", "decode_context_tokens_mean",
    ];

    public string Name => "drift";

    public string About => "Compares load and residuals with what they were, and sets off a retraining when they drifted.";

    public object Run(JobRun run, CancellationToken stop)
    {
        var nowUs = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var current = Read(nowUs - HourUs, nowUs);
        var days = Enumerable.Range(1, DaysMax).Select(day => Read(nowUs - HourUs - (day * 24 * HourUs), nowUs - (day * 24 * HourUs))).Where(d => d.Count > 0).ToArray();
        run.Report(0.4);
        stop.ThrowIfCancellationRequested();
        var usual = days.SelectMany(d => d).ToList();
        var psi = Watched.ToDictionary(name => name, name => (double?)PopulationStability.Of(Column(usual, name), Column(current, name)));
        foreach (var unknown in psi.Where(p => double.IsNaN(p.Value!.Value)).Select(p => p.Key).ToArray())
        {
            psi[unknown] = null;
        }

        var test = new PageHinkley(Tolerance, Threshold);
        foreach (var residual in residuals(stop))
        {
            test.Add(residual);
        }

        string[] drifted = [.. psi.Where(p => p.Value >= PopulationStability.Drifted).Select(p => p.Key), .. test.Drifted ? ["residuals"] : Array.Empty<string>()];
        var rests = RetrainedSince(nowUs - (long)(RestS * 1e6));
        run.Report(0.9);
        if (drifted.Length > 0 && !rests)
        {
            retrain();
        }

        return new { Psi = psi, Days = days.Length, ResidualSteps = test.Seen, ResidualStatistic = test.Statistic, Drifted = drifted, Retrained = drifted.Length > 0 && !rests };
    }

    private static double[] Column(List<WindowRecord> windows, string feature)
    {
        var index = FeatureList.IndexOf(feature);
        return [.. windows.Select(w => w.Values[index])];
    }

    private List<WindowRecord> Read(long fromUs, long toUs) =>
        [.. store.Read(TelemetryTables.Windows, new ReadRange { FromUs = fromUs, ToUs = toUs, WidthS = WidthS })];

    private bool RetrainedSince(long sinceUs) =>
        store.ReadLatest(TelemetryTables.Jobs, 500).Any(j => j is { Name: "train", Trigger: "drift" } && j.StartedUs >= sinceUs);
}
