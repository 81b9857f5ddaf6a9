using RapidTuner.Control.Learned;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Planning;

/// <summary>
/// The slow loop (docs/policy.md): keeps asking which parameters of the fast rule would have served the load of late best. A round takes
/// the latest requests as a scenario and runs the present parameters through it as it is, then sped up until the engine strains, then their rivals so, in a copy of
/// the scheduler with learned latencies; <see cref="CandidateWorths"/> says when one is worth a move, and the load as it is has the last word. A
/// settled choice is looked at more and more rarely. One thread at a time.
/// </summary>
internal sealed class RolloutPlanner : IPlanner
{
    private const int GapsWithoutALateOne = 100;
    private const double LongJoinItls = 3;

    // Chosen on the earlier halves: what is longer than so many mean requests holds the cache from many others.
    private const double AdmittedRequests = 12;
    private const double SpeedupStep = 1.4;
    private const double SpeedupMin = 0.5;
    private const double SpeedupMax = 2;

    // Chosen: one round in so many looks far from the set in force.
    private const int FarEvery = 3;

    private readonly RecentRequests _recent;
    private readonly Rollout _rollout;
    private readonly PlannerSettings _settings;
    private readonly FastRule _rule;
    private readonly RecalibratedLatency _latency;
    private readonly RecalibratedLatency _live;
    private readonly bool _splitOnly;
    private readonly RuleParameters _start;
    private readonly List<RuleParameters> _candidates = [];
    private readonly List<ScenarioRequest> _scenario = [];
    private readonly CandidateWorths _worths = new();
    private double[] _shares = [];
    private RuleParameters _present;
    private Core.Split? _roundPair;
    private double _presentBeyond;
    private int _requests;
    private int _at = -1;
    private double _speedup = 1;
    private Stage _stage;
    private RuleParameters _best;
    private double _asItIs;
    private double _easy;
    private double _hard;
    private int _tries;
    private int _restTicks;
    private int _rested;

    /// <summary>A planner that starts from <paramref name="start"/>.</summary>
    /// <param name="recent">The load of late.</param>
    /// <param name="rollout">Tries candidates, by <paramref name="latency"/>.</param>
    /// <param name="rule">The rule that obeys, by the same.</param>
    /// <param name="latency">What rollouts predict with: taken from <paramref name="live"/> when a round begins, so that all its candidates meet the same.</param>
    /// <param name="live">What the engine's steps correct.</param>
    /// <param name="settings">How it works.</param>
    /// <param name="start">The first parameters.</param>
    /// <param name="splitOnly">True: order, chunk and demotion stay as they are.</param>
    public RolloutPlanner(RecentRequests recent, Rollout rollout, FastRule rule, RecalibratedLatency latency, RecalibratedLatency live, PlannerSettings settings, RuleParameters start, bool splitOnly)
    {
        _recent = recent;
        _rollout = rollout;
        (_rule, _latency, _live) = (rule, latency, live);
        _settings = settings;
        _splitOnly = splitOnly;
        _requests = settings.RequestsStart;
        (_start, Pair) = (start with { Pair = null }, start.Pair);
        _present = _start;
        _best = _present;
    }

    // A round tries the set in force on the scenario as it is, then sped up until it strains, then its rivals so, and looks at the choice on the scenario as it is.
    private enum Stage
    {
        AsItIs,
        Candidates,
        Check,
    }

    /// <summary>The parameters chosen so far.</summary>
    public RuleParameters Present => Under(Pair, _present);

    /// <summary>The pair under which levers are planned for, another planner's choice; null: the rule sizes every step.</summary>
    public Core.Split? Pair { get; set; }

    /// <summary>Rounds finished.</summary>
    public long Rounds { get; private set; }

    /// <inheritdoc/>
    public long Explored => 0;

    /// <summary>True between two rounds.</summary>
    public bool Resting => _at < 0;

    /// <summary>Requests that a scenario should have, by what steps of late ones took.</summary>
    public int ScenarioRequests => _requests;

    /// <summary>By what a candidate is compared at present, in shares of the requests; null: never tried.</summary>
    public double? ScoreOf(RuleParameters candidate) =>
        _worths.ScoreOf(candidate with { Pair = null }, _present, _settings.SwitchShare) is var score && double.IsFinite(score) ? score : null;

    /// <summary>A slice of planning, at most <see cref="PlannerSettings.StepsPerTick"/> steps of rollouts long; gives <see cref="Present"/>.</summary>
    /// <param name="seen">What the engine sees now.</param>
    /// <param name="planned">Is told of a round's end; null: nobody cares.</param>
    public RuleParameters Plan(in Observation seen, Action<PlanSample>? planned)
    {
        if (_at < 0 && (_rested++ < _restTicks || !Begin(seen.NowS)))
        {
            return Present;
        }

        try
        {
            Advance(in seen, planned);
        }
        catch
        {
            // The next tick begins a round anew instead of going on with half a one.
            _at = -1;
            throw;
        }

        return Present;
    }

    private void Advance(in Observation seen, Action<PlanSample>? planned)
    {
        var steps = _settings.StepsPerTick;
        while (steps > 0)
        {
            steps -= _rollout.Advance(steps);
            if (!_rollout.Done)
            {
                break;
            }

            if (Settle())
            {
                var before = _present;
                Conclude();
                planned?.Invoke(PlanReport.Of(
                    in seen, _rule, _candidates.ConvertAll(c => Under(_roundPair, c)), _shares, c => _worths.ScoreOf(c with { Pair = null }, before, _settings.SwitchShare), _rollout.Scored, Under(_roundPair, before), Under(_roundPair, _present), _scenario));
                break;
            }
        }
    }

    private bool Begin(double nowS)
    {
        // Levers under a pair are for longer than its change takes to be in force: they are planned for the load as it was.
        _recent.Write(_scenario, nowS, _settings, _requests, ahead: Pair is null);
        if (_scenario.Count < _settings.RequestsMin)
        {
            return false;
        }

        // Until there is a round, what requests look like says where to begin.
        _present = Rounds == 0 ? Prior() : _present;

        // A scenario must be some stays long; where the requests so far are fewer than it may have, there is nothing to do but wait.
        var wantedS = Math.Min(_settings.StaysMin * _recent.StayS, _settings.SpanShare * _settings.SpanS);
        if (_scenario[^1].ArrivalS < wantedS && _requests < _settings.RequestsMax)
        {
            _requests = Math.Min(_settings.RequestsMax, 2 * _requests);
            return false;
        }

        if (_scenario[^1].ArrivalS < wantedS && _scenario.Count < _settings.RequestsMax)
        {
            return false;
        }

        _latency.CopyFactorsFrom(_live);
        _roundPair = Pair;
        Action<RuleParameters, bool, List<RuleParameters>, bool> fill = Rounds % FarEvery == 0 ? Candidates.Far : Candidates.Around;
        fill(_present, _splitOnly, _candidates, Pair is not null);
        (_easy, _hard, _tries) = (0, double.PositiveInfinity, 0);
        _shares = new double[_candidates.Count];
        (_at, _stage) = (0, Stage.AsItIs);
        Start(_present, 1, double.PositiveInfinity);
        return true;
    }

    /// <summary>
    /// Where rounds begin: first gaps need not be kept where nearly all requests are long enough to afford a late one, and prompts many times as long as a mean request
    /// are admitted only while the KV cache has room.
    /// </summary>
    private RuleParameters Prior()
    {
        var brief = _scenario.Count(r => r.OutputTokens <= GapsWithoutALateOne);
        var prior = brief < _settings.ShortShareMin * _scenario.Count ? _start with { StepItls = _start.Margin, JoinItls = LongJoinItls } : _start;
        return _splitOnly || !_start.MayAdmitLess ? prior
            : prior with { AdmitTokens = Candidates.AdmittedFrom(AdmittedRequests * _scenario.Average(r => (double)r.PromptTokens + r.OutputTokens)) };
    }

    private static RuleParameters Under(Core.Split? pair, RuleParameters by) => pair is null ? by : by with { Pair = pair };

    private void Start(RuleParameters candidate, double speedup, double missesMax) =>
        _rollout.Start(Under(_roundPair, candidate), _scenario, speedup, (ulong)Rounds + 1, missesMax);

    private void StartNext()
    {
        Start(_candidates[_at], _speedup, _at == 0 ? double.PositiveInfinity : _settings.MissesMax(_shares[0], _rollout.Scored));
    }

    /// <summary>Books a finished rollout and starts the next; true when there is none.</summary>
    private bool Settle()
    {
        if (_stage == Stage.AsItIs)
        {
            Size();
            _asItIs = AttainedShare();
            _stage = Stage.Candidates;
            if (!Strained(_asItIs))
            {
                StartNext();
                return false;
            }
        }
        else if (_stage == Stage.Check)
        {
            return true;
        }
        else if (_at == 0 && !Strained(AttainedShare()))
        {
            StartNext();
            return false;
        }

        // Only differences between ends count, so that shares stay shares.
        _presentBeyond = _at == 0 ? _rollout.Beyond ?? 0 : _presentBeyond;
        _shares[_at] = (_rollout.Attained + ((_rollout.Beyond ?? _presentBeyond) - _presentBeyond)) / Math.Max(1, _rollout.Scored);
        if (++_at < _candidates.Count)
        {
            StartNext();
            return false;
        }

        _worths.Book(_candidates, _shares, _rollout.Scored);
        _best = _worths.Best(_present, _settings.SwitchShare);
        if (_best == _present || _speedup <= 1)
        {
            return true;
        }

        _stage = Stage.Check;
        Start(_best, 1, double.PositiveInfinity);
        return false;
    }

    private double AttainedShare() => _rollout.Attained / Math.Max(1, _rollout.Scored);

    /// <summary>How many requests the next scenario should have, by what this one's took.</summary>
    private void Size()
    {
        var perRequest = Math.Max(0.1, (double)_rollout.Steps / _scenario.Count);
        var stays = _settings.StaysMin * _recent.StayS * _scenario.Count / Math.Max(1e-3, _scenario[^1].ArrivalS);
        _requests = (int)Math.Clamp(Math.Max(stays, _settings.StepsPerScenario / perRequest), _settings.RequestsWanted, _settings.RequestsMax);
    }

    /// <summary>True when <paramref name="attained"/> is about what candidates are best told apart at, or enough speeds were tried; else another speed is set.</summary>
    private bool Strained(double attained)
    {
        var ran = _tries == 0 ? 1 : _speedup;
        var off = attained - _settings.StrainAttainment;
        (_easy, _hard) = off > 0 ? (ran, _hard) : (_easy, ran);
        var next = _easy == 0 ? _hard / SpeedupStep
            : double.IsPositiveInfinity(_hard) ? Math.Max(_tries == 0 ? _speedup : 0, _easy * SpeedupStep)
            : Math.Sqrt(_easy * _hard);
        next = Math.Abs(off) <= _settings.StrainBand || _tries++ == _settings.StrainTries ? ran : Math.Clamp(next, SpeedupMin, SpeedupMax);
        _speedup = next;
        return next.Equals(ran);
    }

    private void Conclude()
    {
        Rounds++;
        _at = -1;
        _rested = 0;
        if (_stage == Stage.Check && AttainedShare() < _asItIs - _settings.SwitchShare)
        {
            _worths.Lower(_best, _present, _asItIs - AttainedShare(), _rollout.Scored);
            _best = _present;
        }

        _restTicks = _best == _present ? Math.Min(_settings.RestTicksMax, (2 * _restTicks) + 1) : _settings.RestTicksMin;
        _present = _best;
    }
}
