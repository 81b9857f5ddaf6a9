using RapidTuner.Control.Guardrails;
using RapidTuner.Control.Planning;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Trust;

/// <summary>
/// The policy of a service and whoever wants to take its place: a challenger is proposed from any thread, and from the next decision on goes through
/// the stages of <see cref="TrustMachine"/> in engine time. The first decision of another arm says so by its <see cref="Reason"/>. One
/// engine's thread decides and reports; pictures are read from any. Between changes of the arm it allocates nothing.
/// </summary>
public sealed class TrialPolicy : IObservingPolicy, IWatchedPolicy, IEngineObserver, ITrustActions
{
    private readonly EngineClock _clock = new();
    private readonly TrustMachine _machine;
    private readonly ITrustActions _actions;
    private readonly long[] _verdicts = new long[Enum.GetValues<TrustVerdict>().Length];
    private readonly long[] _retired = new long[Enum.GetValues<Reason>().Length];
    private IPolicy _champion;
    private IPolicy? _challenger;
    private ArmPolicy? _arms;
    private Proposal? _proposed;
    private Challenge? _challenge;
    private TrialState _state;
    private TrustStage _stage;
    private Reason _mark;
    private int _blocks;
    private long _blocksEnded;
    private bool _withdrawn;
    private double _nowS;

    /// <summary>A trial without a challenger.</summary>
    /// <param name="champion">Decides.</param>
    /// <param name="championId">What it is called in trials.</param>
    /// <param name="options">What a challenger must prove.</param>
    /// <param name="actions">Hears of promotions and rollbacks on the engine's thread, and must return at once.</param>
    /// <param name="seed">Of the blocks' order.</param>
    /// <exception cref="Core.Errors.BadInputException">Options out of range.</exception>
    public TrialPolicy(IPolicy champion, string championId, TrustOptions options, ITrustActions actions, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(champion);
        (_champion, _actions) = (champion, actions);
        _machine = new TrustMachine(options, this, _clock, seed);
        _state = new TrialState { ChampionId = championId };
        Name = champion.Name;
        Palette = champion.Palette;
        Hear(champion, Arm.Champion);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Palette Palette { get; }

    /// <inheritdoc/>
    public IEngineObserver Observer => this;

    /// <inheritdoc/>
    public Action<PlanSample>? Planned { get; set; }

    /// <summary>How the trial stands.</summary>
    public TrialState State => Volatile.Read(ref _state);

    /// <inheritdoc/>
    public Reason Refused => Watched?.Refused ?? Reason.None;

    /// <inheritdoc/>
    public bool Inert => Watched?.Inert ?? false;

    /// <inheritdoc/>
    public bool Flapping => Watched?.Flapping ?? false;

    private IWatchedPolicy? Watched => (_machine.Deciding == Arm.Challenger ? Volatile.Read(ref _challenger) : Volatile.Read(ref _champion)) as IWatchedPolicy;

    /// <summary>Proposes a challenger, from any thread; false while another is on its way.</summary>
    /// <param name="challenge">Its scores.</param>
    /// <param name="challenger">Its policy.</param>
    /// <exception cref="ArgumentException">It has another palette: its streams are not there.</exception>
    public bool Propose(Challenge challenge, IPolicy challenger)
    {
        ArgumentNullException.ThrowIfNull(challenge);
        ArgumentNullException.ThrowIfNull(challenger);
        if (!challenger.Palette.PrefillUnits.SequenceEqual(Palette.PrefillUnits) || !challenger.Palette.DecodeUnits.SequenceEqual(Palette.DecodeUnits))
        {
            throw new ArgumentException($"'{challenge.ChallengerId}' needs other unit counts than '{challenge.ChampionId}' has streams for", nameof(challenger));
        }

        return State.Stage == TrustStage.Idle && Interlocked.CompareExchange(ref _proposed, new Proposal(challenge, challenger), null) is null;
    }

    /// <summary>Ends the challenge at the next decision, from any thread: the champion decides, or of a watched challenger its predecessor.</summary>
    public void Withdraw() => Volatile.Write(ref _withdrawn, true);

    /// <inheritdoc/>
    public long Guarded(Reason guard) =>
        Volatile.Read(ref _retired[(int)guard]) + Count(Volatile.Read(ref _champion), guard) + Count(Volatile.Read(ref _challenger), guard);

    /// <inheritdoc/>
    public PlanFigures Plans(double nowS) => Watched?.Plans(nowS) ?? default;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        _nowS = seen.NowS;
        _clock.To(seen.NowS);
        if (Volatile.Read(ref _proposed) is not null)
        {
            Begin();
        }

        if (_stage == TrustStage.Idle)
        {
            return Marked(_champion.Decide(in seen));
        }

        if (Volatile.Read(ref _withdrawn))
        {
            Volatile.Write(ref _withdrawn, false);
            _machine.Withdraw();
        }
        else
        {
            _machine.Advance();
        }

        Follow();
        return Marked(_arms is null ? _champion.Decide(in seen) : _arms.Decide(in seen));
    }

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
        Hearing(_champion)?.OnStep(in step);
        Hearing(_challenger)?.OnStep(in step);
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
        Hearing(_champion)?.OnGaps(nowS, gapS, count);
        Hearing(_challenger)?.OnGaps(nowS, gapS, count);
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
        Hearing(_champion)?.OnRequest(in request);
        Hearing(_challenger)?.OnRequest(in request);
        if (request.Outcome is Outcome.Finished or Outcome.RejectedLoad)
        {
            _clock.To(request.FinishS);
            _machine.Settled(request.Attained);
        }
    }

    /// <inheritdoc/>
    public void OnArrival(double nowS, int promptTokens, int cachedTokens)
    {
        Hearing(_champion)?.OnArrival(nowS, promptTokens, cachedTokens);
        Hearing(_challenger)?.OnArrival(nowS, promptTokens, cachedTokens);
    }

    /// <inheritdoc/>
    public void OnTaken(double nowS, long id, int promptTokens, int cachedTokens, double ttftLimitS)
    {
        Hearing(_champion)?.OnTaken(nowS, id, promptTokens, cachedTokens, ttftLimitS);
        Hearing(_challenger)?.OnTaken(nowS, id, promptTokens, cachedTokens, ttftLimitS);
    }

    /// <inheritdoc/>
    public void OnFirstToken(double nowS, long id, double arrivalS)
    {
        Hearing(_champion)?.OnFirstToken(nowS, id, arrivalS);
        Hearing(_challenger)?.OnFirstToken(nowS, id, arrivalS);
    }

    void ITrustActions.Promote(string challengerId) => _actions.Promote(challengerId);

    void ITrustActions.Rollback(string predecessorId) => _actions.Rollback(predecessorId);

    private static IEngineObserver? Hearing(IPolicy? policy) => (policy as IObservingPolicy)?.Observer;

    private static long Count(IPolicy? policy, Reason guard) => (policy as IWatchedPolicy)?.Guarded(guard) ?? 0;

    private void Begin()
    {
        var proposed = Volatile.Read(ref _proposed)!;
        Volatile.Write(ref _withdrawn, false);
        Hear(proposed.Challenger, Arm.Challenger);
        Volatile.Write(ref _challenger, proposed.Challenger);
        _arms = new ArmPolicy(_machine, _champion, proposed.Challenger);
        _challenge = proposed.Challenge;
        _machine.Propose(proposed.Challenge);

        // From now on the picture says that one is on its way: the slot is free only after it.
        Follow(began: true);
        Volatile.Write(ref _proposed, null);
    }

    /// <summary>Takes over what the machine has come to.</summary>
    private void Follow(bool began = false)
    {
        var was = _stage;
        var (blocks, verdict) = (_machine.Blocks.Count, _machine.Verdict);
        if (!began && _machine.Stage == was && blocks == _blocks && _machine.Deciding == _state.Deciding)
        {
            return;
        }

        var promoted = _machine.Stage == TrustStage.Watched && was != TrustStage.Watched;
        var over = _machine.Stage == TrustStage.Idle && (began || was != TrustStage.Idle);
        var lastOfStage = was is TrustStage.Switchback or TrustStage.Watched && _machine.Stage != was && verdict != TrustVerdict.Withdrawn;
        _blocksEnded += lastOfStage ? 1 : Math.Max(0, blocks - _blocks);
        _verdicts[(int)verdict] += promoted || over ? 1 : 0;
        (_stage, _blocks) = (_machine.Stage, blocks);
        _mark = promoted ? Reason.Promoted
            : over && was == TrustStage.Watched && verdict != TrustVerdict.Kept ? Reason.RolledBack
            : _machine.Deciding != _state.Deciding && verdict != TrustVerdict.Kept ? Reason.Switchback : _mark;
        if (over)
        {
            End();
        }

        Volatile.Write(ref _state, new TrialState
        {
            Stage = _machine.Stage,
            Deciding = _machine.Deciding,
            Verdict = verdict,
            ChampionId = over && verdict == TrustVerdict.Kept ? _challenge!.ChallengerId : _state.ChampionId,
            Challenge = _challenge,
            AtS = _nowS,
            LowerBound = _machine.LowerBound,
            Blocks = [.. _machine.Blocks],
            BlocksEnded = _blocksEnded,
            Verdicts = [.. _verdicts],
        });
    }

    private void End()
    {
        var (gone, stays) = _machine.Verdict == TrustVerdict.Kept ? (_champion, _challenger!) : (_challenger!, _champion);
        for (var reason = 0; reason < _retired.Length; reason++)
        {
            Volatile.Write(ref _retired[reason], _retired[reason] + Count(gone, (Reason)reason));
        }

        if (gone is IObservingPolicy planning)
        {
            planning.Planned = null;
        }

        Volatile.Write(ref _challenger, null);
        Volatile.Write(ref _champion, stays);
        Hear(stays, Arm.Champion);
        _arms = null;
    }

    /// <summary>Plans of the arm that decides go on to whoever keeps them; the other's are in force nowhere.</summary>
    private void Hear(IPolicy policy, Arm arm)
    {
        if (policy is IObservingPolicy planning)
        {
            planning.Planned = plan =>
            {
                if (_machine.Deciding == arm)
                {
                    Planned?.Invoke(plan);
                }
            };
        }
    }

    /// <summary>The first decision after a change of who decides says why.</summary>
    private Decision Marked(Decision decision)
    {
        if (_mark == Reason.None)
        {
            return decision;
        }

        var mark = _mark;
        _mark = Reason.None;
        return decision with { Reason = mark };
    }
}
