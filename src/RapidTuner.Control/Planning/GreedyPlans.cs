using RapidTuner.Control.Exploration;
using RapidTuner.Control.Learned;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.Q;

namespace RapidTuner.Control.Planning;

/// <summary>
/// Plans without rollouts: at every tick the parameters whose learned value in the present state is highest. With the value of the next plan
/// alone it is a contextual bandit. It chooses on the engine's thread, in some tens of microseconds a tick.
/// </summary>
internal sealed class GreedyPlans : IPlans
{
    /// <summary>Time between two plans, seconds: as long as those that values were learned from.</summary>
    public const double TickS = 2;

    private readonly QModel _model;
    private readonly FastRule _rule;
    private readonly IStepLatency _latency;
    private readonly LoadMeter _meter = new();
    private readonly RuleParameters[] _actions;
    private readonly double[] _q;
    private readonly double[] _features = new double[PlanFeatures.Count];
    private int _present = -1;
    private double _tickS;

    /// <summary>Plans over what <paramref name="model"/> knows.</summary>
    /// <param name="model">A value function of <see cref="PlanFeatures"/> over <see cref="RuleActions"/>.</param>
    /// <param name="rule">The rule that obeys.</param>
    /// <param name="latency">What steps take.</param>
    /// <param name="start">What actions do not set.</param>
    public GreedyPlans(QModel model, FastRule rule, IStepLatency latency, RuleParameters start)
    {
        (_model, _rule, _latency) = (model, rule, latency);
        _actions = [.. Enumerable.Range(0, model.Actions.Count).Select(a => RuleActions.Of(model.ValuesOf(a), start))];
        _q = new double[_actions.Length];
    }

    /// <inheritdoc/>
    public IEngineObserver Observer => _meter;

    /// <inheritdoc/>
    public Action<PlanSample>? Planned { get; set; }

    /// <inheritdoc/>
    public RuleParameters At(in Observation seen)
    {
        if (_present < 0 || seen.NowS >= _tickS)
        {
            _tickS = seen.NowS + TickS;
            Choose(in seen);
        }

        return _actions[_present];
    }

    /// <inheritdoc/>
    public PlanFigures Figures(double nowS) => default;

    private void Choose(in Observation seen)
    {
        _meter.AdvanceTo(seen.NowS);
        var state = PlanState.Of(in seen, _meter.RequestsPerS, _meter.PromptTokensPerS, _meter.OutputTokensPerS);
        PlanFeatures.Fill(_features, in state, _latency, seen.DeviceUnits, seen.ItlLimitS);
        _model.Q(_features, _q);
        var (before, best) = (_present, Array.IndexOf(_q, _q.Max()));
        _present = Math.Max(0, best);
        if (Planned is not { } planned)
        {
            return;
        }

        var requestsPerS = double.IsFinite(state.RequestsPerS) ? state.RequestsPerS : 0;
        planned(new PlanSample
        {
            Seen = seen,
            Chosen = _rule.Decide(in seen, _actions[_present]),
            Candidates = [.. _actions.Select((a, i) => PlanReport.Candidate(a, i == _present) with { Score = _q[i] * requestsPerS })],
            ChosenIndex = _present,
            CurrentIndex = before,
            State = state,
        });
    }
}
