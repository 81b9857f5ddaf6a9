using RapidTuner.Core.Control;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Plans;

/// <summary>
/// Reads a run's plans and what came of them from a store. A run whose policy made no plans is cut at whole seconds, its policy the
/// only action: a log like that can be learned from, but says nothing of any other action.
/// </summary>
public static class PlanStepReader
{
    private const double CutS = 1;

    /// <summary>The steps of <paramref name="run"/>, by time.</summary>
    /// <param name="store">The store.</param>
    /// <param name="run">The run.</param>
    /// <param name="fromUs">Plans before this time are left out, Unix microseconds.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static IReadOnlyList<PlanStep> Read(ITelemetryStore store, RunRecord run, long fromUs = long.MinValue)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(run);
        var builder = new PlanStepBuilder();
        using var requests = store.Read(TelemetryTables.Requests, new ReadRange { Run = run.Seq, OrderBy = "finish_us", FromUs = fromUs }).GetEnumerator();
        var more = requests.MoveNext();
        foreach (var add in HasPlans(store, run, fromUs) ? Plans(store, run, fromUs) : Cuts(store, run, fromUs))
        {
            while (more && requests.Current.FinishUs <= add.AtUs)
            {
                builder.Settle(Micros.ToS(requests.Current.FinishUs - run.OriginUs), requests.Current.Outcome, requests.Current.Attained);
                more = requests.MoveNext();
            }

            add.To(builder);
        }

        return builder.Steps;
    }

    private static bool HasPlans(ITelemetryStore store, RunRecord run, long fromUs) =>
        store.Read(TelemetryTables.Decisions, new ReadRange { Run = run.Seq, FromUs = fromUs }).Any(d => d.Source == DecisionSource.Plan && PlanDocument.TryRead(d) is not null);

    private static IEnumerable<(long AtUs, Action<PlanStepBuilder> To)> Plans(ITelemetryStore store, RunRecord run, long fromUs)
    {
        foreach (var record in store.Read(TelemetryTables.Decisions, new ReadRange { Run = run.Seq, OrderBy = "at_us", FromUs = fromUs }))
        {
            if (record.Source == DecisionSource.Plan && PlanDocument.TryRead(record) is { } plan)
            {
                yield return (record.AtUs, builder => builder.Add(Micros.ToS(record.AtUs - run.OriginUs), plan, record.Propensity, record.Seen.ItlLimitS));
            }
        }
    }

    private static IEnumerable<(long AtUs, Action<PlanStepBuilder> To)> Cuts(ITelemetryStore store, RunRecord run, long fromUs)
    {
        using var windows = store.Read(TelemetryTables.Windows, new ReadRange { Run = run.Seq, WidthS = 1, OrderBy = "start_us", FromUs = fromUs }).GetEnumerator();
        var more = windows.MoveNext();
        WindowRecord? latest = null;
        var nextS = double.NegativeInfinity;
        foreach (var record in store.Read(TelemetryTables.Decisions, new ReadRange { Run = run.Seq, OrderBy = "at_us", FromUs = fromUs }))
        {
            if (record.Source != DecisionSource.Engine || record.Seen.NowS < nextS)
            {
                continue;
            }

            // Only windows that had closed are known at that time.
            while (more && windows.Current.StartUs + Micros.PerS <= record.AtUs)
            {
                latest = windows.Current;
                more = windows.MoveNext();
            }

            nextS = Math.Floor(record.Seen.NowS / CutS) * CutS + CutS;
            var state = PlanState.Of(
                record.Seen,
                latest?["requests_arrived_per_s"] ?? double.NaN,
                latest?["prompt_tokens_arrived_per_s"] ?? double.NaN,
                latest?["tokens_out_per_s"] ?? double.NaN);
            yield return (record.AtUs, builder => builder.Add(record.Seen.NowS, in state, run.Policy));
        }
    }
}
