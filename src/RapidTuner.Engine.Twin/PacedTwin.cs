using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Engine.Live;
using RapidTuner.Engine.Scheduling;

namespace RapidTuner.Engine.Twin;

/// <summary>
/// The twin paced by a real clock: at every turn virtual time catches up with it. Steps end at their computed instants; tokens leave at most one
/// wake-up later.
/// </summary>
public sealed class PacedTwin : RealTimeEngine, ITokenSink
{
    private readonly TwinEngine _engine;
    private readonly Func<int, int> _replyTokens;
    private readonly Dictionary<long, Client> _clients = [];
    private IArrivalSource? _load;

    /// <summary>Builds the engine; <see cref="RealTimeEngine.Start"/> starts its thread.</summary>
    /// <param name="build">Builds the virtual-time engine around the observer that it is given.</param>
    /// <param name="observer">Hears of every step and request, on the engine's thread.</param>
    /// <param name="description">What the engine is.</param>
    /// <param name="load">A load to serve besides clients' requests; null for none.</param>
    /// <param name="replyTokens">Length of a client's reply, given its bound: the twin has no text that could end by itself.</param>
    /// <param name="clock">The clock that paces it.</param>
    public PacedTwin(
        Func<IEngineObserver, TwinEngine> build, IEngineObserver observer, EngineDescription description, IArrivalSource? load, Func<int, int> replyTokens, TimeProvider clock)
        : base(observer, clock)
    {
        _engine = build(Tap);
        Description = description;
        _load = load;
        _replyTokens = replyTokens;
    }

    /// <inheritdoc/>
    public override EngineDescription Description { get; }

    /// <inheritdoc/>
    protected override EngineScheduler Scheduler => _engine.Scheduler;

    /// <inheritdoc/>
    protected override double BookedS => _engine.NowS;

    /// <inheritdoc/>
    protected override double NextDueS => Math.Min(_engine.NextEventS, _load?.NextArrivalS ?? double.PositiveInfinity);

    /// <inheritdoc/>
    protected override double PublishEveryS => 0;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<GeneratedToken> SubmitAsync(GenerationRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.PromptTokens, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.OutputTokensMax, 1, nameof(request));
        var tokens = Channel.CreateUnbounded<GeneratedToken>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var handle = await AdmittedAsync(accepted => Admit(request, tokens.Writer, accepted), cancel);
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

    /// <inheritdoc/>
    protected override void EndLoad() => _load = null;

    /// <inheritdoc/>
    protected override void Turn(double nowS)
    {
        TakeInbox();
        nowS = NowS;
        while (_load is not null && _load.NextArrivalS <= nowS)
        {
            var request = _load.Take(out var ttftLimitS);
            _engine.Submit(in request, ttftLimitS);
        }

        _engine.AdvanceTo(nowS);
        CompleteEnded();
    }

    /// <inheritdoc/>
    protected override void CompleteEnded()
    {
        while (Tap.Ended.TryDequeue(out var id))
        {
            if (_clients.Remove(id, out var client))
            {
                client.Tokens.TryComplete();
            }
        }

        if (_clients.Count == 0)
        {
            Scheduler.Tokens = null;
        }
    }

    /// <inheritdoc/>
    protected override void CompleteAll(Exception? fault)
    {
        foreach (var client in _clients.Values)
        {
            client.Tokens.TryComplete(fault);
        }
    }

    private void Admit(GenerationRequest request, ChannelWriter<GeneratedToken> tokens, TaskCompletionSource<RequestHandle> accepted)
    {
        var outputTokens = Math.Clamp(_replyTokens(request.OutputTokensMax), 1, request.OutputTokensMax);
        var handle = _engine.Submit(new TraceRequest(Math.Max(_engine.NowS, NowS), request.PromptTokens, outputTokens), TtftLimitS(request.PromptTokens));
        if (handle.Refused)
        {
            accepted.SetException(new RequestRefusedException(Tap.LatestRefusal));
            return;
        }

        _clients[handle.Id] = new Client(tokens, outputTokens);
        _engine.Scheduler.Tokens = this;
        accepted.SetResult(handle);
    }

    /// <summary>Where a client's tokens go, and how many there will be.</summary>
    private readonly record struct Client(ChannelWriter<GeneratedToken> Tokens, int OutputTokens);
}
