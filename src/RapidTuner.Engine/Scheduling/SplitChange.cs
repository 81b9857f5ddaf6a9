using RapidTuner.Core;

namespace RapidTuner.Engine.Scheduling;

/// <summary>
/// The split in force on an engine that takes time to apply another (docs/engine.md, "Slow engines"). The first split that is asked for is the one
/// that the engine starts with. From then on one change at a time is under way: what is asked for meanwhile is passed over, and the first decision after it
/// has been applied may ask for the next. Allocates nothing.
/// </summary>
/// <param name="applyS">Time from asking to the change's coming into force, seconds; with <paramref name="restarts"/> the time that a restart takes.</param>
/// <param name="restarts">True: the engine finishes what has begun, is down for <paramref name="applyS"/>, and comes up with the new split.</param>
internal sealed class SplitChange(double applyS, bool restarts)
{
    private readonly bool _instant = applyS <= 0 && !restarts;
    private Split _held;
    private Split _to;
    private bool _started;
    private bool _pending;
    private double _dueS = double.PositiveInfinity;

    /// <summary>The split that is on its way; null when none is.</summary>
    public Split? Coming => _pending ? _to : null;

    /// <summary>True: what has begun is served to its end, and nothing begins.</summary>
    public bool Draining => _pending && restarts && double.IsPositiveInfinity(_dueS);

    /// <summary>True: nothing is served.</summary>
    public bool Down => _pending && restarts && !Draining;

    /// <summary>When the engine is up again, seconds; +∞ unless it is down.</summary>
    public double UpS => Down ? _dueS : double.PositiveInfinity;

    /// <summary>The split under which a step that is launched now runs.</summary>
    /// <param name="wanted">What was decided.</param>
    /// <param name="asks">True: the decision asks for a split; false: it was made while one phase has no work or both share a step, and says nothing of it.</param>
    /// <param name="nowS">Engine seconds.</param>
    public Split InForce(Split wanted, bool asks, double nowS)
    {
        if (_instant)
        {
            return wanted;
        }

        if (_pending && !restarts && nowS >= _dueS)
        {
            (_held, _pending) = (_to, false);
        }

        if (!asks)
        {
            return _started ? _held : wanted;
        }

        if (!_started)
        {
            (_held, _started) = (wanted, true);
        }
        else if (!_pending && wanted != _held)
        {
            (_to, _pending, _dueS) = (wanted, true, restarts ? double.PositiveInfinity : nowS + applyS);
        }

        return _held;
    }

    /// <summary>Everything that had begun has ended: the engine goes down.</summary>
    public void Stop(double nowS) => _dueS = nowS + applyS;

    /// <summary>The engine is up, with the new split.</summary>
    public void Up() => (_held, _pending) = (_to, false);

    /// <summary>Makes this change equal to <paramref name="other"/>, of an engine that applies alike.</summary>
    public void CopyFrom(SplitChange other) =>
        (_held, _to, _started, _pending, _dueS) = (other._held, other._to, other._started, other._pending, other._dueS);
}
