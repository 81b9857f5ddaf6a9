using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Engine.Scheduling;

namespace RapidTuner.Engine.Twin;

/// <summary>
/// The twin paced by a real clock. One thread owns the virtual-time engine: it takes what clients asked for from a
/// queue, lets virtual time catch up with the clock, publishes a snapshot and sleeps until the next event. Steps end at their
/// computed instants; tokens leave at most one wake-up later.
/// </summary>
public sealed class PacedTwin : ILiveEngine, ITokenSink
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(100);

    private readonly TwinEngine _engine;
    private readonly SplitScheduler? _split;
    private readonly TimeProvider _clock;
    private readonly Func<int, int> _replyTokens;
    private readonly ConcurrentQueue<Action> _inbox = new();
    private readonly Dictionary<long, Client> _clients = [];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Tap _tap;
    private IArrivalSource? _load;
    private EngineSnapshot _snapshot = new();
    private long _startedAt;
    private double _drainUntilS = double.PositiveInfinity;
    private int _started;

    /// <summary>Builds the engine; <see cref="Start"/> starts its thread.</summary>
    /// <param name="build">Builds the virtual-time engine around the observer that it is given.</param>
    /// <param name="observer">Hears of every step and request, on the engine's thread.</param>
    /// <param name="description">What the engine is.</param>
    /// <param name="load">A load to serve besides clients' requests; null for none.</param>
    /// <param name="replyTokens">Length of a client's reply, given its bound: the twin has no text that could end by itself.</param>
    /// <param name="clock">The clock that paces it.</param>
    public PacedTwin(
        Func<IEngineObserver, TwinEngine> build, IEngineObserver observer, EngineDescription description, IArrivalSource? load, Func<int, int> replyTokens, TimeProvider clock)
    {
        _tap = new Tap(observer);
        _engine = build(_tap);
        _split = _engine.Scheduler as SplitScheduler;
        Description = description;
        _load = load;
        _replyTokens = replyTokens;
        _clock = clock;
        _timer = clock.CreateTimer(_ => _wake.Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { Name = "engine", IsBackground = true };
    }

    /// <inheritdoc/>
    public EngineDescription Description { get; }

    /// <inheritdoc/>
    public EngineSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Engine time now, seconds since <see cref="Start"/>.</summary>
    public double NowS => _clock.GetElapsedTime(_startedAt).TotalSeconds;

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
            _load = null;
            _drainUntilS = Math.Min(_drainUntilS, NowS + drain.TotalSeconds);
        });
        await _stopped.Task;
    }

    /// <inheritdoc/>
    public Split? Pin(Split? wanted)
    {
        var held = wanted is { } split ? _split?.Palette.Nearest(split) : null;
        Post(() =>
        {
            if (_split is not null)
            {
                _split.Pinned = held;
            }
        });
        return held;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<GeneratedToken> SubmitAsync(GenerationRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.PromptTokens, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.OutputTokensMax, 1, nameof(request));
        var tokens = Channel.CreateUnbounded<GeneratedToken>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var accepted = new TaskCompletionSource<RequestHandle>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => Admit(request, tokens.Writer, accepted));
        await Task.WhenAny(accepted.Task, _stopped.Task).WaitAsync(cancel);
        if (!accepted.Task.IsCompleted)
        {
            throw Stopped(Snapshot.Fault, inner: null);
        }

        var handle = await accepted.Task;
        try
        {
            await foreach (var token in tokens.Reader.ReadAllAsync(cancel))
            {
                yield return token;
            }
        }
        finally
        {
            Post(() =>
            {
                _clients.Remove(handle.Id);
                _engine.Cancel(handle);
            });
        }
    }

    void ITokenSink.OnToken(RequestHandle handle, int index, double nowS)
    {
        if (_clients.TryGetValue(handle.Id, out var client))
        {
            client.Tokens.TryWrite(new GeneratedToken(index, nowS, Last: index == client.OutputTokens));
        }
    }

    /// <summary>Stops at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        await _timer.DisposeAsync();
    }

    private static InvalidOperationException Stopped(string? fault, Exception? inner) =>
        new($"the engine has stopped{(fault is null ? "" : $": {fault}")}", inner);

    private void Post(Action action)
    {
        if (!_stopped.Task.IsCompleted)
        {
            _inbox.Enqueue(action);
            _wake.Release();
        }
    }

    private void Run()
    {
        InvalidOperationException? fault = null;
        try
        {
            while (!Ended())
            {
                while (_inbox.TryDequeue(out var action))
                {
                    action();
                }

                CatchUp();
                Publish(fault: null);
                Sleep();
            }

            _engine.Scheduler.Abandon(_engine.NowS);
            Publish(fault: null);
        }
#pragma warning disable CA1031 // Whatever broke the engine is told to everyone who asks for its state; nothing is served on.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            fault = Stopped(broken.Message, broken);
            Publish(broken.Message);
        }

        foreach (var client in _clients.Values)
        {
            client.Tokens.TryComplete(fault);
        }

        _stopped.TrySetResult();
    }

    private bool Ended() =>
        !double.IsPositiveInfinity(_drainUntilS) && _inbox.IsEmpty && (_engine.Scheduler.InFlight == 0 || _engine.NowS >= _drainUntilS);

    private void CatchUp()
    {
        var nowS = NowS;
        while (_load is not null && _load.NextArrivalS <= nowS)
        {
            var request = _load.Take(out var ttftLimitS);
            _engine.Submit(in request, ttftLimitS);
        }

        _engine.AdvanceTo(nowS);
    }

    private void Sleep()
    {
        var nextS = Math.Min(_engine.NextEventS, _load?.NextArrivalS ?? double.PositiveInfinity);
        var waitS = Math.Clamp(nextS - NowS, 0, WaitMax.TotalSeconds);
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

    private void Admit(GenerationRequest request, ChannelWriter<GeneratedToken> tokens, TaskCompletionSource<RequestHandle> accepted)
    {
        var outputTokens = Math.Clamp(_replyTokens(request.OutputTokensMax), 1, request.OutputTokensMax);
        var limitS = Math.Max(Description.Slo.TtftFloorS, (Description.Slo.TtftSPer1k ?? 0) * request.PromptTokens / 1000);
        var handle = _engine.Submit(new TraceRequest(Math.Max(_engine.NowS, NowS), request.PromptTokens, outputTokens), limitS);
        if (handle.Refused)
        {
            accepted.SetException(new RequestRefusedException(_tap.LatestRefusal));
            return;
        }

        _clients[handle.Id] = new Client(tokens, outputTokens);
        _engine.Scheduler.Tokens = this;
        accepted.SetResult(handle);
    }

    private void Publish(string? fault)
    {
        while (_tap.Ended.TryDequeue(out var id))
        {
            if (_clients.Remove(id, out var client))
            {
                client.Tokens.TryComplete();
            }
        }

        if (_clients.Count == 0)
        {
            _engine.Scheduler.Tokens = null;
        }

        var scheduler = _engine.Scheduler;
        var whole = new Split(Description.DeviceUnits, Description.DeviceUnits);
        Volatile.Write(ref _snapshot, new EngineSnapshot
        {
            NowS = _engine.NowS,
            Split = _split?.Split ?? whole,
            Pinned = _split?.Pinned,
            Reason = _tap.Latest,
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

    /// <summary>Where a client's tokens go, and how many there will be.</summary>
    private readonly record struct Client(ChannelWriter<GeneratedToken> Tokens, int OutputTokens);

    /// <summary>Passes everything on and keeps what the snapshot and the clients need of it.</summary>
    private sealed class Tap(IEngineObserver next) : IEngineObserver
    {
        public Queue<long> Ended { get; } = new();

        public Reason Latest { get; private set; }

        public Outcome LatestRefusal { get; private set; }

        public void OnStep(in StepSample step) => next.OnStep(in step);

        public void OnGaps(double nowS, double gapS, int count) => next.OnGaps(nowS, gapS, count);

        public void OnArrival(double nowS, int promptTokens, int cachedTokens) => next.OnArrival(nowS, promptTokens, cachedTokens);

        public void OnTaken(double nowS, long id, int promptTokens, int cachedTokens, double ttftLimitS) => next.OnTaken(nowS, id, promptTokens, cachedTokens, ttftLimitS);

        public void OnFirstToken(double nowS, long id, double arrivalS) => next.OnFirstToken(nowS, id, arrivalS);

        public void OnDecision(in Observation seen, in Decision decided)
        {
            Latest = decided.Reason;
            next.OnDecision(in seen, in decided);
        }

        public void OnRequest(in RequestSample request)
        {
            if (request.Outcome is Outcome.RejectedLoad or Outcome.RejectedSize)
            {
                LatestRefusal = request.Outcome;
            }

            Ended.Enqueue(request.Id);
            next.OnRequest(in request);
        }
    }
}
