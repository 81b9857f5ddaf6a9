using RapidTuner.Control.Exploration;
using RapidTuner.Control.Learned;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Planning;

/// <summary>
/// Exploration on plans: between the rounds of a planner it draws again and again which candidate is in force until the next draw, nearly
/// always the best. Which others are safe it finds out by running them through the load of late as it was, not strained as in a
/// round. Every draw is a plan of its own in the log, with its chances.
/// </summary>
internal sealed class ExploringPlanner : IPlanner
{
    private readonly RolloutPlanner _inner;
    private readonly RecentRequests _recent;
    private readonly Rollout _rollout;
    private readonly FastRule _rule;
    private readonly PlannerSettings _settings;
    private readonly ExplorationOptions _options;
    private readonly PlanExplorer _explorer;
    private readonly bool _splitOnly;
    private readonly List<RuleParameters> _candidates = [];
    private readonly List<ScenarioRequest> _scenario = [];
    private readonly List<PlanCandidate> _checked = [];
    private RuleParameters _inForce;
    private double _drawAtS;
    private long _rounds;
    private long _explored;

    /// <summary>Wraps <paramref name="inner"/>.</summary>
    /// <param name="inner">Knows the best.</param>
    /// <param name="recent">The load of late; the same that <paramref name="inner"/> reads.</param>
    /// <param name="rollout">Tries candidates; this planner's own.</param>
    /// <param name="rule">The rule that obeys.</param>
    /// <param name="settings">How planners work.</param>
    /// <param name="options">How much is tried.</param>
    /// <param name="splitOnly">True: order, chunk and demotion stay as they are.</param>
    /// <param name="seed">Of the draws.</param>
    public ExploringPlanner(RolloutPlanner inner, RecentRequests recent, Rollout rollout, FastRule rule, PlannerSettings settings, ExplorationOptions options, bool splitOnly, ulong seed)
    {
        (_inner, _recent, _rollout, _rule, _settings, _options, _splitOnly) = (inner, recent, rollout, rule, settings, options, splitOnly);
        _explorer = new PlanExplorer(options, seed);
        _inForce = inner.Present;
    }

    /// <summary>Says that something else than the plan decides: what is drawn meanwhile would not be in force.</summary>
    public Func<bool> Overruled { get; set; } = static () => false;

    /// <inheritdoc/>
    public RuleParameters Present => _inForce;

    /// <inheritdoc/>
    public long Rounds => _inner.Rounds;

    /// <inheritdoc/>
    public long Explored => Volatile.Read(ref _explored);

    /// <inheritdoc/>
    public RuleParameters Plan(in Observation seen, Action<PlanSample>? planned)
    {
        var best = _inner.Plan(in seen, planned);
        if (_inner.Rounds != _rounds)
        {
            // A round's plan is in force by its own record; what was known of others ages.
            (_rounds, _inForce, _drawAtS) = (_inner.Rounds, best, seen.NowS + _options.PlanS);
            if (_candidates.Count == 0 || best != _candidates[0] || _checked.Count == _candidates.Count)
            {
                // Trials that are under way around the same best go on: they may take longer than the pause between two rounds.
                Begin(seen.NowS);
            }
        }

        if (_rounds > 0 && _inner.Resting && Known() && seen.NowS >= _drawAtS && !Overruled())
        {
            Draw(in seen, planned);
        }

        return _inForce;
    }

    private void Begin(double nowS)
    {
        _checked.Clear();
        Candidates.Around(_inner.Present, _splitOnly, _candidates);
        _recent.Write(_scenario, nowS, _settings, _inner.ScenarioRequests);
        if (_scenario.Count > 0)
        {
            Start();
        }
    }

    private void Start() => _rollout.Start(_candidates[_checked.Count], _scenario, 1, (ulong)_rounds);

    /// <summary>Goes on with the trials, a slice at most; true when all candidates are known.</summary>
    private bool Known()
    {
        var steps = _settings.StepsPerTick;
        while (steps > 0 && _scenario.Count > 0 && _checked.Count < _candidates.Count)
        {
            steps -= _rollout.Advance(steps);
            if (!_rollout.Done)
            {
                return false;
            }

            var candidate = _candidates[_checked.Count];
            _checked.Add(PlanReport.Candidate(candidate, chosen: false) with
            {
                Attained = _rollout.Attained,
                Score = _inner.ScoreOf(candidate) * _rollout.Scored,
                ItlUpperS = double.IsFinite(_rollout.ItlUpperS) ? _rollout.ItlUpperS : null,
                TtftUpperShare = double.IsFinite(_rollout.TtftUpperShare) ? _rollout.TtftUpperShare : null,
            });
            if (_checked.Count < _candidates.Count)
            {
                Start();
            }
        }

        return _scenario.Count > 0 && _checked.Count == _candidates.Count;
    }

    private void Draw(in Observation seen, Action<PlanSample>? planned)
    {
        var state = PlanReport.StateOf(in seen, _scenario);
        var draw = _explorer.Draw(_checked, 0, in state, seen.ItlLimitS);
        var current = _candidates.IndexOf(_inForce);
        (_inForce, _drawAtS) = (_candidates[draw.Index], seen.NowS + _options.PlanS);
        Volatile.Write(ref _explored, _explored + (draw.Explored ? 1 : 0));
        var decision = _rule.Decide(in seen, _inForce);
        planned?.Invoke(new PlanSample
        {
            Seen = seen,
            Chosen = draw.Explored ? decision with { Reason = Reason.Explored } : decision,
            Candidates = [.. _checked.Select((c, i) => c with { Probability = draw.Probabilities[i] })],
            ChosenIndex = draw.Index,
            CurrentIndex = current,
            Propensity = draw.Propensity,
            Explored = draw.Explored,
            State = state,
        });
    }
}
