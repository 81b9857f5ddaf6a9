using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Guardrails;

/// <summary>
/// Judges an observation by itself and by the one before: incomplete or impossible, frozen, or on a clock that jumped. An engine in virtual
/// time has no clock beside its own; there a clock jumps when it runs backwards, or when a step started in the future.
/// </summary>
internal sealed class ObservationGuard(GuardOptions options, int deviceUnits, TimeProvider? clock)
{
    // Times come through microseconds and sums; less than this is no difference.
    private const double ToleranceS = 1e-5;

    private Observation _last;
    private bool _any;
    private int _equal;
    private long _lastAt;

    /// <summary>What is wrong with <paramref name="seen"/>; <see cref="Reason.None"/> when nothing is.</summary>
    public Reason Judge(in Observation seen)
    {
        if (!IsSound(in seen))
        {
            return Reason.SignalsMissing;
        }

        var jumped = Jumped(in seen);
        _equal = _any && seen.NowS.Equals(_last.NowS) && seen == _last ? _equal + 1 : 0;
        _last = seen;
        _any = true;
        _lastAt = clock?.GetTimestamp() ?? 0;
        return jumped ? Reason.ClockJump : _equal >= options.FrozenDecisions - 1 ? Reason.SnapshotFrozen : Reason.None;
    }

    private bool IsSound(in Observation seen) =>
        double.IsFinite(seen.NowS)
        && seen.Launching is Phase.Prefill or Phase.Decode or Phase.Hybrid
        && seen.DeviceUnits == deviceUnits
        && seen.Split.PrefillUnits >= 0 && seen.Split.PrefillUnits <= deviceUnits
        && seen.Split.DecodeUnits >= 0 && seen.Split.DecodeUnits <= deviceUnits
        && seen.ItlLimitS > 0
        && seen.KvFreeShare is >= 0 and <= 1
        && seen.PrefillQueued >= 0 && seen.PrefillQueuedTokens >= 0
        && !double.IsNaN(seen.PrefillHeadSlackS)
        && seen.DecodeNext.Sequences >= 0 && seen.DecodeNext.ContextTokens >= 0
        && (!seen.PrefillRunning || (double.IsFinite(seen.PrefillStartedS) && seen.PrefillUnits > 0 && seen.PrefillUnits <= deviceUnits))
        && (!seen.DecodeRunning || (double.IsFinite(seen.DecodeStartedS) && seen.DecodeUnits > 0 && seen.DecodeUnits <= deviceUnits))
        && seen.DecodeLatestStepS >= 0 && seen.PrefillLatestStepS >= 0;

    private bool Jumped(in Observation seen)
    {
        if ((seen.PrefillRunning && seen.PrefillStartedS > seen.NowS + ToleranceS) || (seen.DecodeRunning && seen.DecodeStartedS > seen.NowS + ToleranceS))
        {
            return true;
        }

        if (!_any)
        {
            return false;
        }

        var passedS = seen.NowS - _last.NowS;
        return passedS < -ToleranceS || (clock is not null && Math.Abs(passedS - clock.GetElapsedTime(_lastAt).TotalSeconds) > options.JumpS);
    }
}
