using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Ring;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Writing;

/// <summary>
/// Takes what an engine reports and brings it into a store, without ever holding the engine up: each report is one copy into a
/// lock-free ring. Start it before the engine and stop it after; stopping writes everything that was reported.
/// </summary>
public sealed class TelemetryRecorder : IEngineObserver, IAsyncDisposable
{
    private const int PlansMax = 4_096;

    private readonly BoundedRing<TelemetryEvent> _ring;
    private readonly ConcurrentQueue<DecisionRecord> _plans = new();
    private readonly DropCounts _drops = new();
    private readonly TelemetryOptions _options;
    private readonly BackgroundWriter _writer;
    private readonly RunRecord _run;
    private long _lastAction;
    private long _decisions;
    private double _lastDecisionS = double.NegativeInfinity;

    /// <param name="store">Where records last. Not disposed by the recorder.</param>
    /// <param name="run">The run; its origin says what engine time 0 is on the wall clock.</param>
    /// <param name="options">How.</param>
    /// <param name="clock">The clock of the background writer (the real one, also for an engine in virtual time).</param>
    /// <exception cref="BadInputException">Options out of range.</exception>
    public TelemetryRecorder(ITelemetryStore store, RunRecord run, TelemetryOptions options, TimeProvider clock)
    {
        var problems = new Problems();
        options.Check(problems);
        problems.ThrowIfAny();
        _options = options;
        _run = run;
        _ring = new BoundedRing<TelemetryEvent>(options.RingSlots);
        _writer = new BackgroundWriter(store, run with { StepSampling = options.StepSampling }, options, clock, _ring, _plans, _drops);
    }

    /// <summary>Written, dropped and acknowledged, per table.</summary>
    public IReadOnlyList<TelemetryCounters> Counters => _writer.Counters();

    /// <summary>True while writes to the store fail.</summary>
    public bool Failing => _writer.Failing;

    /// <summary>Events that came after their window had closed and were counted in a later one.</summary>
    public long Late => _writer.Late;

    /// <summary>Reports of any kind that found the ring full, those that only windows see included.</summary>
    public long Refused => _ring.Refused;

    internal BackgroundWriter Writer => _writer;

    /// <summary>Starts the background writer.</summary>
    public void Start() => _writer.Start();

    /// <summary>Writes all that was reported, closes the open windows, and ends the background writer. The engine must have ended its reports.</summary>
    /// <exception cref="StoreException">In virtual time: the store failed and the log is not whole.</exception>
    public Task StopAsync() => _writer.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _writer.DisposeAsync();

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
        ref var slot = ref Claim(EventKind.Step, out var ticket);
        if (!Unsafe.IsNullRef(ref slot))
        {
            slot.Kind = EventKind.Step;
            slot.Step = step;
            Publish(ticket);
        }
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
        ref var slot = ref Claim(EventKind.Gaps, out var ticket);
        if (!Unsafe.IsNullRef(ref slot))
        {
            slot.Kind = EventKind.Gaps;
            slot.Gaps = new TelemetryEvent.GapEvent(nowS, gapS, count);
            Publish(ticket);
        }
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
        ref var slot = ref Claim(EventKind.Request, out var ticket);
        if (!Unsafe.IsNullRef(ref slot))
        {
            slot.Kind = EventKind.Request;
            slot.Request = request;
            Publish(ticket);
        }
    }

    /// <inheritdoc/>
    public void OnArrival(double nowS, int promptTokens, int cachedTokens)
    {
        ref var slot = ref Claim(EventKind.Arrival, out var ticket);
        if (!Unsafe.IsNullRef(ref slot))
        {
            slot.Kind = EventKind.Arrival;
            slot.Arrival = new TelemetryEvent.ArrivalEvent(nowS, promptTokens, cachedTokens);
            Publish(ticket);
        }
    }

    /// <inheritdoc/>
    public void OnFirstToken(double nowS, long id, double arrivalS)
    {
        ref var slot = ref Claim(EventKind.FirstToken, out var ticket);
        if (!Unsafe.IsNullRef(ref slot))
        {
            slot.Kind = EventKind.FirstToken;
            slot.FirstToken = new TelemetryEvent.FirstTokenEvent(nowS, arrivalS);
            Publish(ticket);
        }
    }

    /// <summary>
    /// Looks at the decision when its action differs from the last one looked at or that one is long enough ago: windows see its queue,
    /// and every N-th of them (step sampling 1/N) is kept.
    /// </summary>
    public void OnDecision(in Observation seen, in Decision decided)
    {
        var action = ActionOf(in decided);
        if (action == Volatile.Read(ref _lastAction) && seen.NowS - Volatile.Read(ref _lastDecisionS) < _options.DecisionIntervalS)
        {
            return;
        }

        Volatile.Write(ref _lastAction, action);
        Volatile.Write(ref _lastDecisionS, seen.NowS);
        if (_decisions++ % _options.StepSampling != 0)
        {
            ref var light = ref Claim(EventKind.Queue, out var lightTicket);
            if (!Unsafe.IsNullRef(ref light))
            {
                light.Kind = EventKind.Queue;
                light.Queue = new TelemetryEvent.QueueEvent(seen.NowS, seen.PrefillQueued, seen.PrefillQueuedTokens, seen.PrefillOldestArrivalS);
                Publish(lightTicket);
            }

            return;
        }

        ref var slot = ref Claim(EventKind.Decision, out var ticket);
        if (!Unsafe.IsNullRef(ref slot))
        {
            slot.Kind = EventKind.Decision;
            slot.Decision = new TelemetryEvent.DecisionEvent(seen, decided);
            Publish(ticket);
        }
    }

    /// <summary>Keeps a plan with its candidates and forecast. Not for the engine's thread in real time: it allocates.</summary>
    public void OnPlan(PlanSample plan) => Record(PlanDocument.ToRecord(plan, _run.Policy, _run.OriginUs));

    /// <summary>Keeps a decision of the slow loop or of an operator, which comes with its own record. Not for the engine's thread: it allocates.</summary>
    public void Record(DecisionRecord decision)
    {
        if (_options.VirtualTime)
        {
            // A mark in the ring keeps its place among the other records, so that a seed reproduces the log.
            _plans.Enqueue(decision);
            ref var slot = ref Claim(EventKind.Decision, out var ticket);
            if (!Unsafe.IsNullRef(ref slot))
            {
                slot.Kind = EventKind.Plan;
                Publish(ticket);
            }
        }
        else if (_plans.Count < PlansMax)
        {
            _plans.Enqueue(decision);
        }
        else
        {
            _drops.Add(EventKind.Decision);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref TelemetryEvent Claim(EventKind kind, out long ticket)
    {
        ref var slot = ref _ring.TryClaim(out ticket);
        if (Unsafe.IsNullRef(ref slot))
        {
            return ref Full(kind, out ticket);
        }

        return ref slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Publish(long ticket)
    {
        _ring.Publish(ticket);
        // In virtual time samples come faster than the tick: wake the writer four times a lap.
        if (_options.VirtualTime && (ticket & ((_ring.Capacity >> 2) - 1)) == 0)
        {
            _writer.Wake();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref TelemetryEvent Full(EventKind kind, out long ticket)
    {
        if (_options.VirtualTime)
        {
            var spin = default(SpinWait);
            while (!_writer.GaveUp)
            {
                _writer.Wake();
                spin.SpinOnce();
                ref var slot = ref _ring.TryClaim(out ticket);
                if (!Unsafe.IsNullRef(ref slot))
                {
                    return ref slot;
                }
            }
        }

        _ring.CountRefusal();
        _drops.Add(kind);
        ticket = -1;
        return ref Unsafe.NullRef<TelemetryEvent>();
    }

    // Split, reason, chunk and order in 64 bits, so that threads that report at once read and write it whole.
    private static long ActionOf(in Decision decided) =>
        ((long)decided.Split.PrefillUnits << 48)
        ^ ((long)decided.Split.DecodeUnits << 34)
        ^ ((long)decided.ChunkTokens << 12)
        ^ ((long)decided.Reason << 2)
        ^ ((long)decided.Order << 1)
        ^ 1;
}
