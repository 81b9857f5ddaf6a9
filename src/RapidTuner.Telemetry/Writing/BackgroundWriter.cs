using System.Collections.Concurrent;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Ring;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.Writing;

/// <summary>
/// Two threads between ring and store, so that a store that blocks stops neither the ring from being emptied nor the windows
/// from being made. The <i>pump</i> empties the ring at each tick into the filling batch; the <i>appender</i> swaps it for an empty one and
/// commits it, with back-off while the store fails. The batches change hands under a lock that the engine never sees.
/// </summary>
internal sealed class BackgroundWriter : IAsyncDisposable
{
    // Live windows close this long after their end at the latest, so that a report under way still counts.
    private const long GraceUs = 250_000;

    // Records that make a batch worth a commit before the tick, in virtual time.
    private const int AppendMin = 8_192;

    private readonly ITelemetryStore _store;
    private readonly TelemetryOptions _options;
    private readonly TimeProvider _clock;
    private readonly BoundedRing<TelemetryEvent> _ring;
    private readonly ConcurrentQueue<DecisionRecord> _plans;
    private readonly DropCounts _drops;
    private readonly EventDrain _drain;
    private readonly BackOff _backOff;
    private readonly Lock _swap = new();
    private readonly AutoResetEvent _tick = new(false);
    private readonly AutoResetEvent _filled = new(false);
    private readonly AutoResetEvent _retry = new(false);
    private readonly long[] _written = new long[TelemetryTables.All.Count];
    private TelemetryBatch _filling;
    private TelemetryBatch _appending;
    private Thread? _pumpThread;
    private Thread? _appendThread;
    private ITimer? _ticker;
    private long _drainedAt;
    private long _filledAt;
    private StoreException? _fault;
    private volatile bool _stopping;
    private volatile bool _pumped;
    private volatile bool _failing;
    private volatile bool _gaveUp;

    public BackgroundWriter(
        ITelemetryStore store,
        RunRecord run,
        TelemetryOptions options,
        TimeProvider clock,
        BoundedRing<TelemetryEvent> ring,
        ConcurrentQueue<DecisionRecord> plans,
        DropCounts drops)
    {
        _store = store;
        _options = options;
        _clock = clock;
        _ring = ring;
        _plans = plans;
        _drops = drops;
        _backOff = new BackOff(clock);
        _filling = new TelemetryBatch(run);
        _appending = new TelemetryBatch(run);
        _drain = new EventDrain(ring, plans, run, options, drops);
        _drainedAt = clock.GetTimestamp();
    }

    public bool Failing => _failing;

    /// <summary>True once a run in virtual time has lost its store for good.</summary>
    public bool GaveUp => _gaveUp;

    public long Late => _drain.Late;

    public void Start()
    {
        if (_pumpThread is not null)
        {
            throw new InvalidOperationException("the recorder has been started already");
        }

        var tick = TimeSpan.FromSeconds(_options.TickS);
        _ticker = _clock.CreateTimer(_ => _tick.Set(), null, tick, tick);
        _pumpThread = new Thread(PumpLoop) { IsBackground = true, Name = "telemetry pump" };
        _appendThread = new Thread(AppendLoop) { IsBackground = true, Name = "telemetry append" };
        _pumpThread.Start();
        _appendThread.Start();
    }

    public void Wake() => _tick.Set();

    public async Task StopAsync()
    {
        if (_pumpThread is null)
        {
            // Never started: what was reported is written here and now.
            if (!_stopping)
            {
                _stopping = true;
                Pump();
                FlushWindows();
                AppendAll();
            }
        }
        else
        {
            _stopping = true;
            _tick.Set();
            _retry.Set();
            await Task.Factory.StartNew(Join, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        if (_fault is { } fault && _options.VirtualTime)
        {
            throw fault;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        catch (StoreException)
        {
            // Told by OnNotice and counted; whoever needs to know calls StopAsync.
        }

        _tick.Dispose();
        _filled.Dispose();
        _retry.Dispose();
    }

    public IReadOnlyList<TelemetryCounters> Counters()
    {
        var acknowledged = _store.Acknowledged;
        return [.. TelemetryTables.All.Select((t, i) => new TelemetryCounters(t.Name, Volatile.Read(ref _written[i]), DroppedOf(t), acknowledged.GetValueOrDefault(t.Name)))];
    }

    /// <summary>Empties the ring into the filling batch. Pump's thread only (or a test's, when not started).</summary>
    /// <returns>Events taken.</returns>
    internal int Pump()
    {
        lock (_swap)
        {
            var taken = _drain.Drain(_filling);
            while (!_options.VirtualTime && _filling.Count < _options.PendingMax && _plans.TryDequeue(out var plan))
            {
                _filling.Decisions.Add(plan);
            }

            if (taken > 0)
            {
                _drainedAt = _clock.GetTimestamp();
            }
            else if (!_options.VirtualTime && _drain.LatestUs != 0)
            {
                // The engine's clock ran on while it had nothing to report.
                _drain.Advance(_drain.LatestUs + (long)(_clock.GetElapsedTime(_drainedAt).TotalSeconds * Micros.PerS) - GraceUs, _filling);
            }

            return taken;
        }
    }

    /// <summary>Commits what is waiting, once. Appender's thread only (or a test's, when not started).</summary>
    /// <returns>True when nothing is left over: committed, or nothing was there.</returns>
    internal bool TryAppend()
    {
        if (_appending.Count == 0)
        {
            lock (_swap)
            {
                (_filling, _appending) = (_appending, _filling);
                // The batch that was committed before knows the run's seq.
                _appending.Run = _filling.Run;
            }
        }

        if (_appending.Count == 0)
        {
            return true;
        }

        try
        {
            _store.Append(_appending);
        }
        catch (StoreException fault)
        {
            Failed(fault);
            return false;
        }

        Succeeded();
        return true;
    }

    private void PumpLoop()
    {
        while (!_stopping)
        {
            _tick.WaitOne();
            Pump();
            if (_filling.Count > 0 && IsDue())
            {
                _filledAt = _clock.GetTimestamp();
                _filled.Set();
            }
        }

        // The engine has ended: what is in the ring now is all there will be.
        while (Pump() > 0 || (_ring.Waiting > 0 && !_gaveUp))
        {
            _filled.Set();
            if (_options.VirtualTime && _ring.Waiting > 0)
            {
                _tick.WaitOne(TimeSpan.FromMilliseconds(1));
            }
        }

        FlushWindows();
        _pumped = true;
        _filled.Set();
    }

    // In virtual time the pump is woken far more often than the tick: small batches would be mostly commits.
    private bool IsDue() =>
        !_options.VirtualTime || _filling.Count >= AppendMin || _clock.GetElapsedTime(_filledAt).TotalSeconds >= _options.TickS;

    private void AppendLoop()
    {
        while (!_pumped)
        {
            _filled.WaitOne();
            AppendAll();
        }

        AppendAll();
    }

    private void AppendAll()
    {
        while (true)
        {
            if (TryAppend())
            {
                if (_filling.Count == 0)
                {
                    return;
                }

                continue;
            }

            if ((_stopping || _options.VirtualTime) && _backOff.FailingS >= _options.PatienceS)
            {
                GiveUp();
                return;
            }

            WaitBeforeRetry();
        }
    }

    private void WaitBeforeRetry()
    {
        using var timer = _clock.CreateTimer(_ => _retry.Set(), null, TimeSpan.FromSeconds(_backOff.RemainingS), Timeout.InfiniteTimeSpan);
        _retry.WaitOne();
    }

    private void FlushWindows()
    {
        lock (_swap)
        {
            _drain.Flush(_filling);
        }
    }

    private void Succeeded()
    {
        Count(TelemetryTables.Steps, _appending.Steps.Count);
        Count(TelemetryTables.Gaps, _appending.Gaps.Count);
        Count(TelemetryTables.Requests, _appending.Requests.Count);
        Count(TelemetryTables.Windows, _appending.Windows.Count);
        Count(TelemetryTables.Decisions, _appending.Decisions.Count);
        _appending.Clear();
        if (_failing)
        {
            _failing = false;
            _options.OnNotice?.Invoke(new StoreNotice(StoreNoticeKind.Recovered, $"{_store.Description}: writes succeed again after {_backOff.FailingS:0.0} s"));
        }

        _backOff.Succeeded();
        if (_options.VirtualTime)
        {
            _tick.Set();
        }
    }

    private void Failed(StoreException fault)
    {
        _backOff.Failed();
        if (!_failing)
        {
            _failing = true;
            _options.OnNotice?.Invoke(new StoreNotice(StoreNoticeKind.Failing, $"{_store.Description}: {fault.Message}; samples wait, then are dropped and counted"));
        }

        _fault = fault;
    }

    private void GiveUp()
    {
        _gaveUp = true;
        lock (_swap)
        {
            GiveUp(_appending);
            GiveUp(_filling);
        }

        _options.OnNotice?.Invoke(new StoreNotice(StoreNoticeKind.Dropped, $"{_store.Description}: gave up after {_backOff.FailingS:0.0} s; the records that waited are lost and counted"));
    }

    private void GiveUp(TelemetryBatch batch)
    {
        _drops.Add(EventKind.Step, batch.Steps.Count);
        _drops.Add(EventKind.Gaps, batch.Gaps.Count);
        _drops.Add(EventKind.Request, batch.Requests.Count);
        _drops.Add(EventKind.Decision, batch.Decisions.Count);
        _drops.AddWindows(batch.Windows.Count);
        batch.Clear();
    }

    private void Count(RecordTable table, int rows)
    {
        for (var i = 0; i < _written.Length; i++)
        {
            if (ReferenceEquals(TelemetryTables.All[i], table))
            {
                Interlocked.Add(ref _written[i], rows);
            }
        }
    }

    private long DroppedOf(RecordTable table) => table.Name switch
    {
        "steps" => _drops[EventKind.Step],
        "gaps" => _drops[EventKind.Gaps],
        "requests" => _drops[EventKind.Request],
        "windows" => _drops.Windows,
        "decisions" => _drops[EventKind.Decision],
        _ => 0,
    };

    private void Join()
    {
        _pumpThread!.Join();
        _appendThread!.Join();
        _ticker?.Dispose();
    }
}
