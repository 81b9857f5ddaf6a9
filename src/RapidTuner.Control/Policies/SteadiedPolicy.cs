using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>
/// A rule that decides at every step, on an engine that is slow to apply a split: what it wanted most often over a period is what is asked for during the next. Its other levers stay
/// its own at every step. Allocates nothing.
/// </summary>
internal sealed class SteadiedPolicy : IPolicy
{
    private readonly IPolicy _rule;
    private readonly double _periodS;
    private readonly bool _fromPresent;
    private readonly long[] _wanted;
    private Split _held;
    private bool _holds;
    private double _untilS;

    /// <summary>Steadies <paramref name="rule"/>.</summary>
    /// <param name="rule">Decides.</param>
    /// <param name="periodS">Engine seconds that a split is held, over 0.</param>
    /// <param name="fromPresent">True: the split in force is held first; false: the first that the rule wants.</param>
    public SteadiedPolicy(IPolicy rule, double periodS, bool fromPresent = false)
    {
        (_rule, _periodS, _fromPresent) = (rule, periodS, fromPresent);
        _wanted = new long[rule.Palette.PrefillUnits.Length * rule.Palette.DecodeUnits.Length];
    }

    /// <inheritdoc/>
    public string Name => _rule.Name;

    /// <inheritdoc/>
    public Palette Palette => _rule.Palette;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        var decision = _rule.Decide(in seen);
        var split = Palette.Nearest(decision.Split);
        if (seen.DecodeNext.Sequences == 0 || decision.Fuses || !(seen.Launching == Phase.Prefill || seen.PrefillRunning || seen.PrefillQueued > 0))
        {
            return _holds ? Held(decision, split) : decision;
        }

        _wanted[(Array.IndexOf(Palette.PrefillUnits, split.PrefillUnits) * Palette.DecodeUnits.Length) + Array.IndexOf(Palette.DecodeUnits, split.DecodeUnits)]++;
        if (!_holds)
        {
            (_held, _holds, _untilS) = (_fromPresent ? Palette.Nearest(seen.Split) : split, true, seen.NowS + _periodS);
        }
        else if (!(seen.NowS < _untilS))
        {
            (_held, _untilS) = (MostWanted(), seen.NowS + _periodS);
            Array.Clear(_wanted);
        }

        return Held(decision, split);
    }

    private Decision Held(Decision decision, Split split) => decision with { Split = _held, Reason = split == _held ? decision.Reason : Reason.Dwell };

    private Split MostWanted()
    {
        var most = 0;
        for (var i = 1; i < _wanted.Length; i++)
        {
            most = _wanted[i] > _wanted[most] ? i : most;
        }

        return new Split(Palette.PrefillUnits[most / Palette.DecodeUnits.Length], Palette.DecodeUnits[most % Palette.DecodeUnits.Length]);
    }
}
