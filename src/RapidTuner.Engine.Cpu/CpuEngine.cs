using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Cpu.Execution;
using RapidTuner.Engine.Cpu.Text;
using RapidTuner.Engine.Scheduling;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu;

/// <summary>
/// A transformer served in real time on the machine's cores. One thread owns the scheduler: it takes what clients asked for from a queue, books the steps that
/// workers ended, launches what can be launched and sleeps until something happens. Times are the clock's.
/// </summary>
public sealed class CpuEngine : ILiveEngine, ITokenEngine, ITokenSink
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(100);

    // Chosen: often enough for a display; a snapshot is garbage that a step should not make.
    private const double PublishEveryS = 0.01;

    private readonly CpuModel _model;
    private readonly CpuExecutor _executor;
    private readonly EngineScheduler _scheduler;
    private readonly SplitScheduler? _split;
    private readonly EngineTap _tap;
    private readonly TimeProvider _clock;
    private readonly ConcurrentQueue<Action> _inbox = new();
    private readonly ConcurrentQueue<int> _endedSteps = new();
    private readonly Dictionary<long, (int Slot, CpuClient? Client)> _running = [];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Rng _loadTokens;
    private ICpuLoad? _load;
    private EngineSnapshot _snapshot = new();
    private int[] _loadPrompt = [];
    private long _startedAt;
    private double _nowS;
    private double _publishedS = double.NegativeInfinity;
    private double _drainUntilS = double.PositiveInfinity;
    private int _started;

    /// <summary>Builds the engine; <see cref="Start"/> starts its thread.</summary>
    /// <param name="model">The model; stays the caller's.</param>
    /// <param name="options">Cores, units, KV, limits.</param>
    /// <param name="policy">Decides the split; null in hybrid mode.</param>
    /// <param name="observer">Hears of every step and request, on the engine's thread.</param>
    /// <param name="load">A load to serve besides clients' requests; null for none.</param>
    /// <param name="seed">Seed of the load's made-up prompts.</param>
    /// <param name="clock">The clock.</param>
    public CpuEngine(CpuModel model, CpuEngineOptions options, IPolicy? policy, IEngineObserver observer, ICpuLoad? load, ulong seed, TimeProvider clock)
    {
        options.Check();
        _model = model;
        _clock = clock;
        _load = load;
        _loadTokens = new Rng(seed, "prompts");
        _tap = new EngineTap(observer);
        var scheduling = options.ForScheduler(model.Config.ContextTokens);
        _executor = new CpuExecutor(model.Decoder, scheduling, options.Cores, model.Tokenizer.EndTokens, StepEnded, clock);
        _split = options.Mode == EngineMode.Split
            ? new SplitScheduler(scheduling, policy ?? throw new ArgumentNullException(nameof(policy), "split mode needs a policy"), _executor, _tap)
            : null;
        _scheduler = _split ?? (EngineScheduler)new HybridScheduler(scheduling, _executor, _tap);
        _scheduler.Tokens = this;
        Description = new EngineDescription(
            "cpu", "cpu", model.Name, 1, policy?.Name ?? "hybrid", options.Units, _split?.Palette ?? Palette.Unmasked(options.Units), model.Config.ContextTokens,
            (long)scheduling.KvBlocks * scheduling.BlockTokens, options.Slo, Placeholders: false);
        _timer = clock.CreateTimer(_ => _wake.Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { Name = "engine", IsBackground = true };
    }

    /// <inheritdoc/>
    public EngineDescription Description { get; }

    /// <inheritdoc/>
    public EngineSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Engine time now, seconds since <see cref="Start"/>.</summary>
    public double NowS => _clock.GetElapsedTime(_startedAt).TotalSeconds;

    /// <summary>Bytes of the KV cache.</summary>
    public long KvBytes => _executor.KvBytes;

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
    public int[] Encode(string prompt) => _model.Tokenizer.Encode(prompt);

    /// <inheritdoc/>
    public int[] Encode(IReadOnlyList<ChatMessage> conversation) => _model.Tokenizer.Encode(conversation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TextToken> GenerateAsync(TextRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        var text = new ReplyText();
        await foreach (var (token, id, end) in TokensOf(request, cancel))
        {
            var piece = text.Add(end == ReplyEnd.Stop ? [] : _model.Tokenizer.BytesOf(id), end != ReplyEnd.None);
            yield return new TextToken(token.Index, piece, token.AtS, end);
        }
    }

    /// <summary>Submits a prompt of that length, made up, and streams the times of its tokens.</summary>
    public async IAsyncEnumerable<GeneratedToken> SubmitAsync(GenerationRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.PromptTokens, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.OutputTokensMax, 1, nameof(request));
        var prompt = Enumerable.Range(0, request.PromptTokens).Select(i => i % _model.Config.Vocabulary).ToArray();
        await foreach (var (token, _, _) in TokensOf(new TextRequest(prompt, request.OutputTokensMax, new Sampling(0, 1, 0)), cancel))
        {
            yield return token;
        }
    }

    /// <summary>Streams a reply token by token, as numbers of the vocabulary.</summary>
    /// <exception cref="RequestRefusedException">The request is too long, or the queue is full.</exception>
    /// <exception cref="InvalidOperationException">The engine has stopped.</exception>
    public async IAsyncEnumerable<(GeneratedToken Token, int Id, ReplyEnd End)> TokensOf(TextRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        var vocabulary = _model.Config.Vocabulary;
        foreach (var token in request.Prompt.Span)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)vocabulary, nameof(request));
        }

        var client = new CpuClient();
        Post(() => Admit(request, client));
        await Task.WhenAny(client.Accepted.Task, _stopped.Task).WaitAsync(cancel);
        if (!client.Accepted.Task.IsCompleted)
        {
            throw Stopped(Snapshot.Fault, inner: null);
        }

        var handle = await client.Accepted.Task;
        try
        {
            await foreach (var token in client.Tokens.ReadAllAsync(cancel))
            {
                yield return token;
            }
        }
        finally
        {
            Post(() => _scheduler.Cancel(handle, _nowS));
        }
    }

    void ITokenSink.OnToken(RequestHandle handle, int index, double nowS)
    {
        if (_running.TryGetValue(handle.Id, out var request) && request.Client is { } client)
        {
            var sequence = _executor[handle.Slot];
            var last = sequence.Ended && index == sequence.Generated;
            var end = !last ? ReplyEnd.None : sequence.EndedByMark ? ReplyEnd.Stop : ReplyEnd.Length;
            client.Give(new GeneratedToken(index, nowS, last), sequence.Output(index), end);
        }
    }

    /// <summary>Stops at once and frees the engine's memory.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        await _timer.DisposeAsync();
        _executor.Dispose();
    }

    private static InvalidOperationException Stopped(string? fault, Exception? inner) =>
        new($"the engine has stopped{(fault is null ? "" : $": {fault}")}", inner);

    private void StepEnded(int stream)
    {
        _endedSteps.Enqueue(stream);
        _wake.Release();
    }

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
                Turn();
                Sleep();
            }

            _scheduler.Abandon(_nowS);
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

        foreach (var (_, client) in _running.Values)
        {
            client?.Complete(fault);
        }

        _stopped.TrySetResult();
    }

    private bool Ended() =>
        !double.IsPositiveInfinity(_drainUntilS) && _inbox.IsEmpty && (_scheduler.InFlight == 0 || NowS >= _drainUntilS);

    private void Turn()
    {
        _nowS = Math.Max(_nowS, NowS);
        while (_endedSteps.TryDequeue(out var stream))
        {
            if (_executor.Fault is { } broken)
            {
                throw new InvalidOperationException($"a worker broke: {broken.Message}", broken);
            }

            _executor.Finish(stream);
            _scheduler.Complete(stream, _nowS);
        }

        while (_inbox.TryDequeue(out var action))
        {
            action();
        }

        while (_load is not null && _load.NextArrivalS <= _nowS)
        {
            Take(_load.Take());
        }

        CompleteEnded();
        _scheduler.Pump(_nowS);
        if (_nowS - _publishedS >= PublishEveryS || _scheduler.InFlight == 0)
        {
            Publish(fault: null);
        }
    }

    private void Sleep()
    {
        if (_load is { } load)
        {
            var waitS = Math.Clamp(load.NextArrivalS - NowS, 0, WaitMax.TotalSeconds);
            _timer.Change(TimeSpan.FromSeconds(waitS), Timeout.InfiniteTimeSpan);
        }

        _wake.Wait(WaitMax);

        // One round serves all wake-ups that came in the meantime.
        while (_wake.Wait(0))
        {
        }
    }

    private void Admit(TextRequest request, CpuClient client)
    {
        var limitS = Math.Max(Description.Slo.TtftFloorS, (Description.Slo.TtftSPer1k ?? 0) * request.Prompt.Length / 1000);
        var handle = _scheduler.Submit(new EngineRequest(_nowS, request.Prompt.Length, 0, request.OutputTokensMax, limitS), _nowS);
        if (handle.Refused)
        {
            client.Accepted.SetException(new RequestRefusedException(_tap.LatestRefusal));
            return;
        }

        _executor.Begin(handle.Slot, request.Prompt.Span, request.OutputTokensMax, request.Sampling, endsByItself: true);
        _running[handle.Id] = (handle.Slot, client);
        client.Accepted.SetResult(handle);
    }

    private void Take(CpuLoadRequest request)
    {
        var arrivalS = Math.Min(_nowS, request.ArrivalS);
        var handle = _scheduler.Submit(new EngineRequest(arrivalS, request.PromptTokens, 0, request.OutputTokens, request.TtftLimitS), _nowS);
        if (handle.Refused)
        {
            return;
        }

        if (_loadPrompt.Length < request.PromptTokens)
        {
            _loadPrompt = new int[request.PromptTokens];
        }

        for (var i = 0; i < request.PromptTokens; i++)
        {
            _loadPrompt[i] = _loadTokens.NextInt(_model.Config.Vocabulary);
        }

        _executor.Begin(handle.Slot, _loadPrompt.AsSpan(0, request.PromptTokens), request.OutputTokens, new Sampling(0, 1, 0), endsByItself: false);
        _running[handle.Id] = (handle.Slot, null);
    }

    // The scheduler has let go of these: their KV blocks are free from now on, before anything else is launched.
    private void CompleteEnded()
    {
        while (_tap.Ended.TryDequeue(out var id))
        {
            if (_running.Remove(id, out var request))
            {
                _executor.Release(request.Slot);
                request.Client?.Complete(fault: null);
            }
        }
    }

    private void Publish(string? fault)
    {
        _publishedS = _nowS;
        var whole = new Split(Description.DeviceUnits, Description.DeviceUnits);
        Volatile.Write(ref _snapshot, new EngineSnapshot
        {
            NowS = _nowS,
            Split = _split?.Split ?? whole,
            Pinned = _split?.Pinned,
            Reason = _tap.Latest,
            PrefillQueued = _scheduler.Queued,
            PrefillQueuedTokens = _scheduler.QueuedTokens,
            DecodeSequences = _scheduler.DecodeSequences,
            KvFreeShare = _scheduler.KvFreeShare,
            InFlight = _scheduler.InFlight,
            Requests = _scheduler.Submitted,
            Steps = _scheduler.Steps,
            Switches = _scheduler.Switches,
            Preemptions = _scheduler.Preemptions,
            Fault = fault,
        });
    }
}
