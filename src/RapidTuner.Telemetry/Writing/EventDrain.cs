using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RapidTuner.Telemetry.Features;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Ring;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Writing;

/// <summary>
/// The consumer's side of the ring: turns events into records, feeds the windows, and fills a batch. No thread, no clock, no
/// store. Windows see every event; the batch gets what the sampling keeps.
/// </summary>
internal sealed class EventDrain
{
    private readonly BoundedRing<TelemetryEvent> _ring;
    private readonly ConcurrentQueue<DecisionRecord> _plans;
    private readonly TelemetryOptions _options;
    private readonly DropCounts _drops;
    private readonly WindowBuilder _windows;
    private readonly string _policy;
    private readonly long _originUs;
    private TelemetryBatch _batch;
    private long _gaps;

    public EventDrain(BoundedRing<TelemetryEvent> ring, ConcurrentQueue<DecisionRecord> plans, RunRecord run, TelemetryOptions options, DropCounts drops)
    {
        _ring = ring;
        _plans = plans;
        _options = options;
        _drops = drops;
        _policy = run.Policy;
        _originUs = run.OriginUs;
        _batch = new TelemetryBatch(run);
        _windows = new WindowBuilder(Closed);
    }

    /// <summary>Engine time of the latest event, Unix microseconds; 0 before the first.</summary>
    public long LatestUs { get; private set; }

    /// <summary>Events that came after their window had closed.</summary>
    public long Late => _windows.Late;

    /// <summary>
    /// Takes what the ring holds. A full batch ends it in virtual time; in real time events go on being seen by the windows and
    /// the records are dropped and counted.
    /// </summary>
    /// <returns>Events taken.</returns>
    public int Drain(TelemetryBatch batch)
    {
        _batch = batch;
        var taken = 0;
        // One lap at most: a producer that never rests must not keep this from returning.
        while (taken < _ring.Capacity && !(_options.VirtualTime && batch.Count >= _options.PendingMax))
        {
            ref var next = ref _ring.TryPeek();
            if (Unsafe.IsNullRef(ref next))
            {
                break;
            }

            Take(ref next);
            _ring.Release();
            taken++;
        }

        return taken;
    }

    /// <summary>Closes the windows that end by <paramref name="nowUs"/> although nothing happened.</summary>
    public void Advance(long nowUs, TelemetryBatch batch)
    {
        _batch = batch;
        _windows.Advance(nowUs);
    }

    /// <summary>Closes the open windows.</summary>
    public void Flush(TelemetryBatch batch)
    {
        _batch = batch;
        _windows.Flush();
    }

    private void Take(ref TelemetryEvent taken)
    {
        switch (taken.Kind)
        {
            case EventKind.Step:
                TakeStep(ref taken);
                break;
            case EventKind.Gaps:
                TakeGaps(in taken.Gaps);
                break;
            case EventKind.Request:
                var request = RequestRecord.From(in taken.Request, _originUs);
                Seen(request.FinishUs);
                _windows.AddRequest(in request);
                Keep(_batch.Requests, request, EventKind.Request);
                break;
            case EventKind.Arrival:
                var arrivedUs = _originUs + Micros.FromS(taken.Arrival.NowS);
                Seen(arrivedUs);
                _windows.AddArrival(arrivedUs, taken.Arrival.PromptTokens, taken.Arrival.CachedTokens);
                break;
            case EventKind.FirstToken:
                var firstTokenUs = _originUs + Micros.FromS(taken.FirstToken.NowS);
                Seen(firstTokenUs);
                _windows.AddFirstToken(firstTokenUs, _originUs + Micros.FromS(taken.FirstToken.ArrivalS));
                break;
            case EventKind.Queue:
                var queue = taken.Queue;
                var queueUs = _originUs + Micros.FromS(queue.NowS);
                Seen(queueUs);
                _windows.AddQueue(queueUs, queue.NowS, queue.PrefillQueued, queue.PrefillQueuedTokens, queue.PrefillOldestArrivalS);
                break;
            case EventKind.Plan:
                if (_plans.TryDequeue(out var plan))
                {
                    Seen(plan.AtUs);
                    Keep(_batch.Decisions, plan, EventKind.Decision);
                }

                break;
            default:
                var decision = DecisionRecord.From(taken.Decision.Seen, taken.Decision.Chosen, _policy, _originUs);
                Seen(decision.AtUs);
                _windows.AddQueue(decision.AtUs, taken.Decision.Seen.NowS, taken.Decision.Seen.PrefillQueued, taken.Decision.Seen.PrefillQueuedTokens, taken.Decision.Seen.PrefillOldestArrivalS);
                Keep(_batch.Decisions, decision, EventKind.Decision);
                break;
        }
    }

    private void TakeStep(ref TelemetryEvent taken)
    {
        var step = StepRecord.From(in taken.Step, _originUs);
        Seen(step.EndUs);
        _windows.AddStep(in step);
        if (taken.Step.Seq % _options.StepSampling == 0)
        {
            Keep(_batch.Steps, step, EventKind.Step);
        }
    }

    private void TakeGaps(in TelemetryEvent.GapEvent taken)
    {
        var gaps = new GapRecord { AtUs = _originUs + Micros.FromS(taken.NowS), GapUs = Micros.FromS(taken.GapS), Count = taken.Count };
        Seen(gaps.AtUs);
        _windows.AddGaps(in gaps);
        if (_gaps++ % _options.StepSampling == 0)
        {
            Keep(_batch.Gaps, gaps, EventKind.Gaps);
        }
    }

    private void Keep<T>(List<T> records, T record, EventKind kind)
    {
        // In virtual time the drain stops at a full batch, but windows that close before this record may have filled it just now.
        if (_batch.Count < _options.PendingMax || _options.VirtualTime)
        {
            records.Add(record);
        }
        else
        {
            _drops.Add(kind);
        }
    }

    private void Closed(WindowRecord window)
    {
        _options.OnWindow?.Invoke(window);
        if (_batch.Count < _options.PendingMax || _options.VirtualTime)
        {
            _batch.Windows.Add(window);
        }
        else
        {
            _drops.AddWindows(1);
        }
    }

    private void Seen(long atUs) => LatestUs = Math.Max(LatestUs, atUs);
}
