using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Cpu.Execution;
using RapidTuner.Engine.Cpu.Text;
using RapidTuner.Engine.Live;
using RapidTuner.Engine.Scheduling;
using RapidTuner.Engine.Text;

namespace RapidTuner.Engine.Cpu;

/// <summary>
/// A transformer served in real time on the machine's cores. Workers compute the steps; the engine's thread books those that ended and launches what can be launched.
/// </summary>
public sealed class CpuEngine : RealTimeEngine, ITokenEngine, ITokenSink
{
    private readonly CpuModel _model;
    private readonly CpuExecutor _executor;
    private readonly ConcurrentQueue<int> _endedSteps = new();
    private readonly Dictionary<long, (int Slot, CpuClient? Client)> _running = [];
    private readonly Rng _loadTokens;
    private ICpuLoad? _load;
    private int[] _loadPrompt = [];
    private double _nowS;

    /// <summary>Builds the engine; <see cref="RealTimeEngine.Start"/> starts its thread.</summary>
    /// <param name="model">The model; stays the caller's.</param>
    /// <param name="options">Cores, units, KV, limits.</param>
    /// <param name="policy">Decides the split; null in hybrid mode.</param>
    /// <param name="observer">Hears of every step and request, on the engine's thread.</param>
    /// <param name="load">A load to serve besides clients' requests; null for none.</param>
    /// <param name="seed">Seed of the load's made-up prompts.</param>
    /// <param name="clock">The clock.</param>
    public CpuEngine(CpuModel model, CpuEngineOptions options, IPolicy? policy, IEngineObserver observer, ICpuLoad? load, ulong seed, TimeProvider clock)
        : base(observer, clock)
    {
        options.Check();
        _model = model;
        _load = load;
        _loadTokens = new Rng(seed, "prompts");
        var scheduling = options.ForScheduler(model.Config.ContextTokens);
        _executor = new CpuExecutor(model.Decoder, scheduling, options.Cores, model.Tokenizer.EndTokens, StepEnded, clock);
        Scheduler = options.Mode == EngineMode.Split
            ? new SplitScheduler(scheduling, policy ?? throw new ArgumentNullException(nameof(policy), "split mode needs a policy"), _executor, Tap)
            : new HybridScheduler(scheduling, _executor, Tap);
        Scheduler.Tokens = this;
        Description = new EngineDescription(
            "cpu", "cpu", model.Name, 1, policy?.Name ?? "hybrid", options.Units, (Scheduler as SplitScheduler)?.Palette ?? Palette.Unmasked(options.Units), model.Config.ContextTokens,
            (long)scheduling.KvBlocks * scheduling.BlockTokens, options.Slo, Placeholders: false);
    }

    /// <inheritdoc/>
    public override EngineDescription Description { get; }

    /// <summary>Bytes of the KV cache.</summary>
    public long KvBytes => _executor.KvBytes;

    /// <inheritdoc/>
    protected override EngineScheduler Scheduler { get; }

    /// <inheritdoc/>
    protected override double BookedS => _nowS;

    /// <inheritdoc/>
    protected override double NextDueS => _load?.NextArrivalS ?? double.PositiveInfinity;

    // Chosen: often enough for a display; a snapshot is garbage that a step should not make.
    /// <inheritdoc/>
    protected override double PublishEveryS => 0.01;

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
    public override async IAsyncEnumerable<GeneratedToken> SubmitAsync(GenerationRequest request, [EnumeratorCancellation] CancellationToken cancel)
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
        var handle = await AdmittedAsync(accepted => Admit(request, client, accepted), cancel);
        try
        {
            await foreach (var token in client.Tokens.ReadAllAsync(cancel))
            {
                yield return token;
            }
        }
        finally
        {
            Post(() => Scheduler.Cancel(handle, _nowS));
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

    /// <inheritdoc/>
    protected override void Free() => _executor.Dispose();

    /// <inheritdoc/>
    protected override void EndLoad() => _load = null;

    /// <inheritdoc/>
    protected override void Turn(double nowS)
    {
        _nowS = Math.Max(_nowS, nowS);
        while (_endedSteps.TryDequeue(out var stream))
        {
            if (_executor.Fault is { } broken)
            {
                throw new InvalidOperationException($"a worker broke: {broken.Message}", broken);
            }

            _executor.Finish(stream);
            Scheduler.Complete(stream, _nowS);
        }

        TakeInbox();
        while (_load is not null && _load.NextArrivalS <= _nowS)
        {
            Take(_load.Take());
        }

        CompleteEnded();
        Scheduler.Pump(_nowS);
    }

    // The scheduler has let go of these: their KV blocks are free from now on, before anything else is launched.
    /// <inheritdoc/>
    protected override void CompleteEnded()
    {
        while (Tap.Ended.TryDequeue(out var id))
        {
            if (_running.Remove(id, out var request))
            {
                _executor.Release(request.Slot);
                request.Client?.Complete(fault: null);
            }
        }
    }

    /// <inheritdoc/>
    protected override void CompleteAll(Exception? fault)
    {
        foreach (var (_, client) in _running.Values)
        {
            client?.Complete(fault);
        }
    }

    private void StepEnded(int stream)
    {
        _endedSteps.Enqueue(stream);
        Wake();
    }

    private void Admit(TextRequest request, CpuClient client, TaskCompletionSource<RequestHandle> accepted)
    {
        var handle = Scheduler.Submit(new EngineRequest(_nowS, request.Prompt.Length, 0, request.OutputTokensMax, TtftLimitS(request.Prompt.Length)), _nowS);
        if (handle.Refused)
        {
            accepted.SetException(new RequestRefusedException(Tap.LatestRefusal));
            return;
        }

        _executor.Begin(handle.Slot, request.Prompt.Span, request.OutputTokensMax, request.Sampling, endsByItself: true);
        _running[handle.Id] = (handle.Slot, client);
        accepted.SetResult(handle);
    }

    private void Take(CpuLoadRequest request)
    {
        var arrivalS = Math.Min(_nowS, request.ArrivalS);
        var handle = Scheduler.Submit(new EngineRequest(arrivalS, request.PromptTokens, 0, request.OutputTokens, request.TtftLimitS), _nowS);
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
}
