using RapidTuner.Control.Learned;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Planning;

/// <summary>
/// Plans in real time: a slice of the slow loop runs on a thread of the pool, and the engine's thread reads the latest plan by one reference. A
/// slice that takes longer than a tick is waited for by nobody: the last plan stays.
/// </summary>
internal sealed class BackgroundPlans : IPlans, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Busy = 1;

    private readonly IPlanner _planner;
    private readonly RecentRequests _recent;
    private readonly PlannerSettings _settings;
    private readonly PlanInbox _inbox = new();
    private RuleParameters _plan;
    private Observation _seen;
    private double _tickS;
    private double _failingFromS = double.NaN;
    private int _state;
    private long _failed;

    /// <summary>Starts from what <paramref name="planner"/> starts from.</summary>
    public BackgroundPlans(IPlanner planner, RecentRequests recent, PlannerSettings settings)
    {
        _planner = planner;
        _recent = recent;
        _settings = settings;
        _plan = planner.Present;
    }

    /// <inheritdoc/>
    public IEngineObserver Observer => _inbox;

    /// <inheritdoc/>
    public Action<PlanSample>? Planned { get; set; }

    /// <inheritdoc/>
    public RuleParameters At(in Observation seen)
    {
        // A tick that is further off than a tick was set on a clock that has since jumped back.
        if ((seen.NowS >= _tickS || seen.NowS < _tickS - _settings.TickS) && Volatile.Read(ref _state) == Idle)
        {
            _tickS = seen.NowS + _settings.TickS;
            _seen = seen;
            Volatile.Write(ref _state, Busy);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        return Volatile.Read(ref _plan);
    }

    /// <inheritdoc/>
    public PlanFigures Figures(double nowS) => new()
    {
        Made = _planner.Rounds,
        Failed = Volatile.Read(ref _failed),
        Explored = _planner.Explored,
        Dropped = _inbox.Dropped,
        AgeS = AgeS(nowS),
    };

    private double AgeS(double nowS)
    {
        // While slices fail, a plan ages from the last that did not; an engine at rest asks for none, and its plan stays fresh.
        var failingFromS = Volatile.Read(ref _failingFromS);
        return double.IsFinite(failingFromS) ? Math.Max(0, nowS - failingFromS)
            : Volatile.Read(ref _state) == Idle ? 0 : Math.Max(0, nowS - _seen.NowS);
    }

    /// <summary>One slice, on a thread of the pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            _inbox.Drain(_recent);
            Volatile.Write(ref _plan, _planner.Plan(in _seen, Planned));
            Volatile.Write(ref _failingFromS, double.NaN);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A planner that fails leaves the engine on its last plan, whose age the guardrails watch.
            Volatile.Write(ref _failed, _failed + 1);
            Volatile.Write(ref _failingFromS, _failingFromS <= _seen.NowS ? _failingFromS : _seen.NowS);
        }
        finally
        {
            Volatile.Write(ref _state, Idle);
        }
    }
}
