using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Features;

/// <summary>
/// Makes the windows of a run again from its log: the same code as live on the same numbers, so they agree to the bit. That
/// takes a log of every step and gap (step sampling 1/1) of a run that ended in order; only empty windows after the last event may differ.
/// </summary>
public static class WindowReplay
{
    /// <summary>The windows of <paramref name="run"/>, of all widths, in order of closing. Reads the log as a stream.</summary>
    public static IEnumerable<WindowRecord> Of(ITelemetryStore store, long run)
    {
        var closed = new Queue<WindowRecord>();
        var builder = new WindowBuilder(closed.Enqueue);
        var cursors = Open(store, run, builder);
        try
        {
            var next = new PriorityQueue<int, (long AtUs, int Cursor)>();
            for (var i = 0; i < cursors.Length; i++)
            {
                Queue(i);
            }

            while (next.TryDequeue(out var cursor, out _))
            {
                cursors[cursor].Take();
                Queue(cursor);
                while (closed.TryDequeue(out var window))
                {
                    yield return window;
                }
            }

            builder.Flush();
            while (closed.TryDequeue(out var window))
            {
                yield return window;
            }

            void Queue(int cursor)
            {
                if (cursors[cursor].Next() is { } atUs)
                {
                    next.Enqueue(cursor, (atUs, cursor));
                }
            }
        }
        finally
        {
            foreach (var cursor in cursors)
            {
                cursor.Dispose();
            }
        }
    }

    private static IWindowFeed[] Open(ITelemetryStore store, long run, WindowBuilder builder)
    {
        var all = new ReadRange { Run = run };
        return
        [
            new WindowFeed<StepRecord>(store.Read(TelemetryTables.Steps, all), r => r.EndUs, r => builder.AddStep(in r)),
            new WindowFeed<GapRecord>(store.Read(TelemetryTables.Gaps, all), r => r.AtUs, r => builder.AddGaps(in r)),
            new WindowFeed<RequestRecord>(store.Read(TelemetryTables.Requests, all), r => r.FinishUs, r => builder.AddRequest(in r)),
            new WindowFeed<RequestRecord>(store.Read(TelemetryTables.Requests, all with { OrderBy = "arrival_us" }), r => r.ArrivalUs, r => builder.AddArrival(r.ArrivalUs, r.PromptTokens, r.CachedTokens)),
            new WindowFeed<RequestRecord>(store.Read(TelemetryTables.Requests, all with { OrderBy = "first_token_us" }), r => r.FirstTokenUs!.Value, r => builder.AddFirstToken(r.FirstTokenUs!.Value, r.ArrivalUs)),
            new WindowFeed<DecisionRecord>(store.Read(TelemetryTables.Decisions, all).Where(d => d.Source == DecisionSource.Engine), r => r.AtUs, r => builder.AddQueue(r.AtUs, r.Seen.NowS, r.Seen.PrefillQueued, r.Seen.PrefillQueuedTokens, r.Seen.PrefillOldestArrivalS)),
        ];
    }
}
