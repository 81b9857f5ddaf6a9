using RapidTuner.Core;

namespace RapidTuner.Control.Guardrails;

/// <summary>
/// Notices a tuner that wants the same split whatever the load. The measure is the rule: where that would have changed its mind several
/// times and the tuner never did, something is broken. It is an alarm; the decision stays the tuner's.
/// </summary>
internal sealed class InertWatch(GuardOptions options)
{
    private Split _wanted;
    private Split _ruled;
    private int _ruleMoves;
    private double _sinceS = double.NaN;

    /// <summary>True while the tuner is inert.</summary>
    public bool Inert { get; private set; }

    /// <summary>Looks at what both want for the same observation, in which both phases are busy.</summary>
    /// <returns>True when the alarm is raised now.</returns>
    public bool Look(double nowS, Split wanted, Split ruled)
    {
        if (double.IsNaN(_sinceS) || wanted != _wanted || nowS < _sinceS)
        {
            (_wanted, _ruled, _ruleMoves, _sinceS, Inert) = (wanted, ruled, 0, nowS, false);
            return false;
        }

        _ruleMoves += ruled == _ruled ? 0 : 1;
        _ruled = ruled;
        var was = Inert;
        Inert = nowS - _sinceS >= options.InertS && _ruleMoves >= options.InertRuleMoves;
        return Inert && !was;
    }
}
