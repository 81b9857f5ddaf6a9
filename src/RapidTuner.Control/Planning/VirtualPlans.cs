using RapidTuner.Control.Learned;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Planning;

/// <summary>
/// Plans in virtual time: the slow loop runs at its tick when a decision is asked for, and its plan comes into force a modelled latency later,
/// however many ticks that is, so that a seed reproduces everything.
/// </summary>
internal sealed class VirtualPlans : IPlans
{
    private readonly IPlanner _planner;
    private readonly PlannerSettings _settings;
    private readonly Queue<(RuleParameters Plan, double FromS)> _waiting = new();
    private RuleParameters _plan;
    private RuleParameters _latest;
    private double _tickS;
    private double _failingFromS = double.NaN;
    private long _failed;

    /// <summary>Starts from what <paramref name="planner"/> starts from, and lets <paramref name="recent"/> hear of the engine.</summary>
    public VirtualPlans(IPlanner planner, RecentRequests recent, PlannerSettings settings)
    {
        _planner = planner;
        _settings = settings;
        _plan = _latest = planner.Present;
        Observer = recent;
    }

    /// <inheritdoc/>
    public IEngineObserver Observer { get; }

    /// <inheritdoc/>
    public Action<PlanSample>? Planned { get; set; }

    /// <inheritdoc/>
    public RuleParameters At(in Observation seen)
    {
        // A tick that is further off than a tick was set on a clock that has since jumped back.
        if (seen.NowS >= _tickS || seen.NowS < _tickS - _settings.TickS)
        {
            _tickS = seen.NowS + _settings.TickS;
            Tick(in seen);
        }

        while (_waiting.TryPeek(out var next) && (seen.NowS >= next.FromS || seen.NowS < next.FromS - _settings.LatencyS))
        {
            _plan = _waiting.Dequeue().Plan;
        }

        return _plan;
    }

    /// <inheritdoc/>
    public PlanFigures Figures(double nowS) => new()
    {
        Made = _planner.Rounds,
        Failed = _failed,
        Explored = _planner.Explored,
        AgeS = double.IsNaN(_failingFromS) ? 0 : Math.Max(0, nowS - _failingFromS),
    };

    private void Tick(in Observation seen)
    {
        try
        {
            var made = _planner.Plan(in seen, Planned);
            _failingFromS = double.NaN;
            if (made != _latest)
            {
                _latest = made;
                _waiting.Enqueue((made, seen.NowS + _settings.LatencyS));
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // As in real time: a planner that fails leaves the engine on its last plan, whose age the guardrails watch.
            _failed++;
            _failingFromS = _failingFromS <= seen.NowS ? _failingFromS : seen.NowS;
        }
    }
}
