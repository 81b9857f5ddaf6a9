using RapidTuner.Control.Learned;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Planning;

/// <summary>
/// Plans in virtual time: the slow loop runs at its tick when a decision is asked for, and its plan comes into force a modelled latency later,
/// so that a seed reproduces everything.
/// </summary>
internal sealed class VirtualPlans : IPlans
{
    private readonly RolloutPlanner _planner;
    private readonly PlannerSettings _settings;
    private RuleParameters _plan;
    private RuleParameters _next;
    private double _nextFromS = double.PositiveInfinity;
    private double _tickS;

    /// <summary>Starts from what <paramref name="planner"/> starts from, and lets <paramref name="recent"/> hear of the engine.</summary>
    public VirtualPlans(RolloutPlanner planner, RecentRequests recent, PlannerSettings settings)
    {
        _planner = planner;
        _settings = settings;
        _plan = _next = planner.Present;
        Observer = recent;
    }

    /// <inheritdoc/>
    public IEngineObserver Observer { get; }

    /// <inheritdoc/>
    public Action<PlanSample>? Planned { get; set; }

    /// <inheritdoc/>
    public RuleParameters At(in Observation seen)
    {
        if (seen.NowS >= _tickS)
        {
            _tickS = seen.NowS + _settings.TickS;
            (_next, _nextFromS) = (_planner.Plan(in seen, Planned), seen.NowS + _settings.LatencyS);
        }

        if (seen.NowS >= _nextFromS)
        {
            (_plan, _nextFromS) = (_next, double.PositiveInfinity);
        }

        return _plan;
    }

    /// <inheritdoc/>
    public double AgeS(double nowS) => 0;
}
