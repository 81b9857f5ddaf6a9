using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Guardrails;

/// <summary>
/// Holds a change back that is too small, too soon, or one too many. Changes fill a bucket by what each costs, and time empties it; a full
/// bucket is flapping, which lasts until it is half empty.
/// </summary>
internal sealed class ChangeGuard(GuardOptions options, int deviceUnits)
{
    private readonly double _fullS = options.FlapBurst * options.SwitchS;
    private double _levelS;
    private double _nowS = double.NaN;
    private bool _flapping;
    private Split? _granted;

    /// <summary>True while the tuner flaps.</summary>
    public bool Flapping => _flapping;

    /// <summary>Why the split in force stays; <see cref="Reason.None"/> when the change may be made.</summary>
    /// <param name="seen">Holds the split in force, and since when.</param>
    /// <param name="wanted">The split that is wanted.</param>
    /// <param name="urgent">True: decode's floor demands the change; it is neither too small nor too soon.</param>
    public Reason Judge(in Observation seen, Split wanted, bool urgent)
    {
        Leak(seen.NowS);
        if (wanted == seen.Split || wanted == _granted)
        {
            // An engine that is slow to apply is asked for the same change again and again until it is in force.
            _granted = wanted == seen.Split ? null : wanted;
            return Reason.None;
        }

        if (_flapping)
        {
            return Reason.Flapping;
        }

        var least = options.HysteresisShare * deviceUnits;
        if (!urgent && Math.Abs(wanted.PrefillUnits - seen.Split.PrefillUnits) < least && Math.Abs(wanted.DecodeUnits - seen.Split.DecodeUnits) < least)
        {
            return Reason.Hysteresis;
        }

        if (!urgent && options.DwellS > 0 && seen.SplitSinceS > 0 && seen.NowS - seen.SplitSinceS < options.DwellS)
        {
            return Reason.Dwell;
        }

        _levelS += options.SwitchS;
        _flapping = _levelS > _fullS;
        _granted = wanted;
        return Reason.None;
    }

    private void Leak(double nowS)
    {
        if (nowS > _nowS)
        {
            _levelS = Math.Max(0, _levelS - (options.FlapShareMax * (nowS - _nowS)));
            _flapping &= _levelS > _fullS / 2;
        }

        _nowS = nowS;
    }
}
