using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.OffPolicy;

/// <summary>The requests of a logged run as a trace, and what became of them.</summary>
/// <param name="Trace">Those that can be replayed: their lengths are known.</param>
/// <param name="Ended">Requests that ended, those refused for size left out.</param>
/// <param name="Attained">How many of them were inside their SLO.</param>
/// <param name="LeftOut">Requests without a known length (cancelled, refused, unfinished), which the trace lacks.</param>
public sealed record LoggedWorkload(Trace Trace, int Ended, int Attained, int LeftOut)
{
    /// <summary>Reads the requests of <paramref name="run"/>.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static LoggedWorkload Read(ITelemetryStore store, RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(run);
        var rows = new List<TraceRequest>();
        var (ended, attained, leftOut) = (0, 0, 0);
        var firstUs = long.MaxValue;
        foreach (var request in store.Read(TelemetryTables.Requests, new ReadRange { Run = run.Seq, OrderBy = "arrival_us" }))
        {
            ended += request.Outcome == Outcome.RejectedSize ? 0 : 1;
            attained += request.Attained ? 1 : 0;
            if (request.Outcome != Outcome.Finished || request.OutputTokens < 1 || request.PromptTokens < 1)
            {
                leftOut++;
                continue;
            }

            firstUs = Math.Min(firstUs, request.ArrivalUs);
            rows.Add(new TraceRequest(Micros.ToS(request.ArrivalUs - firstUs), request.PromptTokens, request.OutputTokens, request.CachedTokens));
        }

        return new LoggedWorkload(new Trace($"run {run.Seq}", [.. rows], 0, 0), ended, attained, leftOut);
    }
}
