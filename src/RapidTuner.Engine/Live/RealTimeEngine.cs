using System.Collections.Concurrent;
using RapidTuner.Core;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Scheduling;

namespace RapidTuner.Engine.Live;

/// <summary>
/// The life of an engine in real time, whatever computes its steps. One thread owns the scheduler: it takes what others asked for from a queue, lets the engine
/// do what is due, publishes a snapshot and sleeps until something happens. Times are the clock's.
/// </summary>
public abstract class RealTimeEngine : ILiveEngine
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _clock;
    private readonly ConcurrentQueue<Action> _inbox = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EngineSnapshot _snapshot = new();
    private long _startedAt;
    private double _publishedS = double.NegativeInfinity;
    private double _drainUntilS = double.PositiveInfinity;
    private int _started;

    /// <summary>An engine that <see cref="Start"/> starts.</summary>
    /// <param name="observer">Hears of every step and request, on the engine's thread.</param>
    /// <param name="clock">The clock.</param>
    protected RealTimeEngine(IEngineObserver observer, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(clock);
        Tap = new EngineTap(observer);
        _clock = clock;
        _timer = clock.CreateTimer(_ => _wake.Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { Name = "engine", IsBackground = true };
    }

    /// <inheritdoc/>
    public abstract EngineDescription Description { get; }

    /// <inheritdoc/>
    public EngineSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Engine time now, seconds since <see cref="Start"/>.</summary>
    public double NowS => _clock.GetElapsedTime(_startedAt).TotalSeconds;

    /// <summary>What the scheduler reports to.</summary>
    protected EngineTap Tap { get; }

    /// <summary>The scheduler; touched on the engine's thread alone.</summary>
    protected abstract EngineScheduler Scheduler { get; }

    /// <summary>Engine time up to which everything is booked, seconds.</summary>
    protected abstract double BookedS { get; }

    /// <summary>Instant at which something is due by itself, engine seconds; +∞: only what others tell.</summary>
    protected abstract double NextDueS { get; }

    /// <summary>Least time between two snapshots while requests are under way, seconds; 0: one a turn.</summary>
    protected abstract double PublishEveryS { get; }

    private SplitScheduler? Splitting => Scheduler as SplitScheduler;

    /// <inheritdoc/>
    public void Start()
    {
        _startedAt = _clock.GetTimestamp();
        Volatile.Write(ref _started, 1);
        _thread.Start();
    }

    /// <inheritdoc/>
    public async Task StopAsync(TimeSpan drain)
    {
        if (Volatile.Read(ref _started) == 0)
        {
            return;
        }

        Post(() =>
        {
            EndLoad();
            _drainUntilS = Math.Min(_drainUntilS, NowS + drain.TotalSeconds);
        });
        await _stopped.Task;
    }

    /// <inheritdoc/>
    public Split? Pin(Split? wanted)
    {
        var held = wanted is { } split ? Splitting?.Palette.Nearest(split) : null;
        Post(() =>
        {
            if (Splitting is { } scheduler)
            {
                scheduler.Pinned = held;
            }
        });
        return held;
    }

    /// <inheritdoc/>
    public abstract IAsyncEnumerable<GeneratedToken> SubmitAsync(GenerationRequest request, CancellationToken cancel);

    /// <summary>Stops at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        await _timer.DisposeAsync();
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Does what is due: takes the inbox (<see cref="TakeInbox"/>) and the load, books what has ended, launches what can be launched.</summary>
    protected abstract void Turn(double nowS);

    /// <summary>No load comes any more; clients' requests are served on.</summary>
    protected abstract void EndLoad();

    /// <summary>Tells the clients whose requests <see cref="EngineTap.Ended"/> names.</summary>
    protected abstract void CompleteEnded();

    /// <summary>Ends every client's stream.</summary>
    /// <param name="fault">What broke the engine; null: it was stopped.</param>
    protected abstract void CompleteAll(Exception? fault);

    /// <summary>Frees what the engine holds; its thread has ended, or was never started.</summary>
    protected virtual void Free()
    {
    }

    /// <summary>Has something done on the engine's thread; nothing once it has stopped.</summary>
    protected void Post(Action action)
    {
        if (!_stopped.Task.IsCompleted)
        {
            _inbox.Enqueue(action);
            _wake.Release();
        }
    }

    /// <summary>Ends the engine's sleep; from any thread.</summary>
    protected void Wake() => _wake.Release();

    /// <summary>Does what was posted, in order.</summary>
    protected void TakeInbox()
    {
        while (_inbox.TryDequeue(out var action))
        {
            action();
        }
    }

    /// <summary>Has a request admitted on the engine's thread and waits for the answer.</summary>
    /// <param name="admit">Submits it and gives its handle, or why there is none.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The engine has stopped.</exception>
    protected async Task<RequestHandle> AdmittedAsync(Action<TaskCompletionSource<RequestHandle>> admit, CancellationToken cancel)
    {
        var accepted = new TaskCompletionSource<RequestHandle>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => admit(accepted));
        await Task.WhenAny(accepted.Task, _stopped.Task).WaitAsync(cancel);
        return accepted.Task.IsCompleted ? await accepted.Task : throw Stopped(Snapshot.Fault, inner: null);
    }

    /// <summary>Limit on the time to first token of a client's request, seconds.</summary>
    protected double TtftLimitS(int promptTokens) => Math.Max(Description.Slo.TtftFloorS, (Description.Slo.TtftSPer1k ?? 0) * promptTokens / 1000);

    private static InvalidOperationException Stopped(string? fault, Exception? inner) =>
        new($"the engine has stopped{(fault is null ? "" : $": {fault}")}", inner);

    private void Run()
    {
        InvalidOperationException? fault = null;
        try
        {
            while (!Ended())
            {
                Turn(NowS);
                if (BookedS - _publishedS >= PublishEveryS || Scheduler.InFlight == 0)
                {
                    Publish(fault: null);
                }

                Sleep();
            }

            Scheduler.Abandon(BookedS);
            CompleteEnded();
            Publish(fault: null);
        }
#pragma warning disable CA1031 // Whatever broke the engine is told to everyone who asks for its state; nothing is served on.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            fault = Stopped(broken.Message, broken);
            Publish(broken.Message);
        }

        CompleteAll(fault);
        _stopped.TrySetResult();
    }

    private bool Ended() =>
        !double.IsPositiveInfinity(_drainUntilS) && _inbox.IsEmpty && (Scheduler.InFlight == 0 || BookedS >= _drainUntilS);

    private void Sleep()
    {
        var waitS = Math.Clamp(Math.Min(NextDueS, _drainUntilS) - NowS, 0, WaitMax.TotalSeconds);
        if (waitS > 0)
        {
            _timer.Change(TimeSpan.FromSeconds(waitS), Timeout.InfiniteTimeSpan);
            _wake.Wait();
        }

        // One round serves all wake-ups that came in the meantime.
        while (_wake.Wait(0))
        {
        }
    }

    private void Publish(string? fault)
    {
        var (scheduler, whole) = (Scheduler, new Split(Description.DeviceUnits, Description.DeviceUnits));
        _publishedS = BookedS;
        Volatile.Write(ref _snapshot, new EngineSnapshot
        {
            NowS = BookedS,
            Split = Splitting?.Split ?? whole,
            Pinned = Splitting?.Pinned,
            Reason = Tap.Latest,
            PrefillQueued = scheduler.Queued,
            PrefillQueuedTokens = scheduler.QueuedTokens,
            DecodeSequences = scheduler.DecodeSequences,
            KvFreeShare = scheduler.KvFreeShare,
            InFlight = scheduler.InFlight,
            Requests = scheduler.Submitted,
            Steps = scheduler.Steps,
            Switches = scheduler.Switches,
            Preemptions = scheduler.Preemptions,
            Fault = fault,
        });
    }
}
