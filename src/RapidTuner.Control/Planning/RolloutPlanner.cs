using RapidTuner.Control.Learned;

namespace RapidTuner.Control.Planning;

/// <summary>
/// The slow loop (docs/policy.md): keeps asking which parameters of the fast rule would have served the load of late best. A round takes
/// the latest requests as a scenario, sped up until the engine strains, runs the present parameters and their neighbours through it
/// in a copy of the scheduler with learned latencies, and moves to the best where it gains more than a switch must. A
/// settled choice is looked at more and more rarely, until it is found wanting. One thread at a time.
/// </summary>
internal sealed class RolloutPlanner : IPlanner
{
    private const double SpeedupStep = 1.15;
    private const double SpeedupMin = 0.5;
    private const double SpeedupMax = 4;

    private readonly RecentRequests _recent;
    private readonly Rollout _rollout;
    private readonly PlannerSettings _settings;
    private readonly bool _splitOnly;
    private readonly List<RuleParameters> _candidates = [];
    private readonly List<ScenarioRequest> _scenario = [];
    private RuleParameters _best;
    private double _bestAttained;
    private int _at = -1;
    private double _speedup = 1;
    private int _restTicks;
    private int _rested;

    /// <summary>A planner that starts from <paramref name="start"/>.</summary>
    public RolloutPlanner(RecentRequests recent, Rollout rollout, PlannerSettings settings, RuleParameters start, bool splitOnly)
    {
        _recent = recent;
        _rollout = rollout;
        _settings = settings;
        _splitOnly = splitOnly;
        Present = _best = start;
    }

    /// <summary>The parameters chosen so far.</summary>
    public RuleParameters Present { get; private set; }

    /// <summary>Rounds finished.</summary>
    public long Rounds { get; private set; }

    /// <inheritdoc/>
    public RuleParameters Plan(RuleParameters present, double nowS)
    {
        Advance(nowS);
        return Present;
    }

    /// <summary>A slice of planning.</summary>
    private void Advance(double nowS)
    {
        if (_at < 0)
        {
            if (_rested++ < _restTicks || !Begin(nowS))
            {
                return;
            }
        }

        var steps = _settings.StepsPerTick;
        while (steps > 0)
        {
            steps -= _rollout.Advance(steps);
            if (!_rollout.Done)
            {
                return;
            }

            if (Settle())
            {
                Conclude();
                return;
            }
        }
    }

    private bool Begin(double nowS)
    {
        _recent.Write(_scenario, nowS, _settings.SpanS, _settings.RequestsMax);
        if (_scenario.Count < _settings.RequestsMin)
        {
            return false;
        }

        Candidates.Around(Present, _splitOnly, _candidates);
        _at = 0;
        StartNext();
        return true;
    }

    private void StartNext() => _rollout.Start(_candidates[_at], _scenario, (int)(_settings.FillShare * _scenario.Count), _speedup);

    /// <summary>Books a finished candidate and starts the next; true when there is none.</summary>
    private bool Settle()
    {
        var attained = _rollout.Attained;
        if (_at == 0)
        {
            (_best, _bestAttained) = (Present, attained + (_settings.SwitchShare * _rollout.Scored));
        }
        else if (attained > _bestAttained)
        {
            (_best, _bestAttained) = (_candidates[_at], attained);
        }

        if (++_at == _candidates.Count)
        {
            return true;
        }

        StartNext();
        return false;
    }

    private void Conclude()
    {
        Rounds++;
        _at = -1;
        _rested = 0;
        var share = _bestAttained / Math.Max(1, _rollout.Scored);
        var speedup = _speedup;
        _speedup = Math.Clamp(share > _settings.StrainAttainment + 0.03 ? _speedup * SpeedupStep : share < _settings.StrainAttainment - 0.03 ? _speedup / SpeedupStep : _speedup, SpeedupMin, SpeedupMax);
        var moved = _best != Present;
        _restTicks = moved || !_speedup.Equals(speedup) ? 0 : Math.Min(_settings.RestTicksMax, (2 * _restTicks) + 1);
        Present = _best;
    }
}
