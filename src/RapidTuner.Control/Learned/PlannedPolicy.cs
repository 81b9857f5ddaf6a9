using RapidTuner.Control.Planning;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Learned;

/// <summary>
/// <c>learned</c> in virtual time: the fast rule under the plan in force. The slow loop runs at its tick when a decision is
/// asked for, and its plan comes into force a modelled latency later, so that a seed reproduces everything.
/// </summary>
internal sealed class PlannedPolicy : IObservingPolicy
{
    private readonly FastRule _rule;
    private readonly RolloutPlanner _planner;
    private readonly PlannerSettings _settings;
    private RuleParameters _plan;
    private RuleParameters _next;
    private double _nextFromS = double.PositiveInfinity;
    private double _tickS;

    /// <summary>A policy that starts from <paramref name="start"/>.</summary>
    public PlannedPolicy(string name, FastRule rule, RolloutPlanner planner, IEngineObserver observer, PlannerSettings settings, RuleParameters start)
    {
        Name = name;
        Palette = rule.Palette;
        Observer = observer;
        _rule = rule;
        _planner = planner;
        _settings = settings;
        _plan = _next = start;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Palette Palette { get; }

    /// <inheritdoc/>
    public IEngineObserver Observer { get; }

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        if (seen.NowS >= _tickS)
        {
            Tick(seen.NowS);
        }

        if (seen.NowS >= _nextFromS)
        {
            (_plan, _nextFromS) = (_next, double.PositiveInfinity);
        }

        return _rule.Decide(in seen, _plan);
    }

    private void Tick(double nowS)
    {
        _tickS = nowS + _settings.TickS;
        (_next, _nextFromS) = (_planner.Plan(nowS), nowS + _settings.LatencyS);
    }
}
