using RapidTuner.Control.Policies;
using RapidTuner.Control.Profiles;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Learned;

/// <summary>
/// Step latencies as RAPID-Serve's offline profile holds them: each phase alone, and decode beside prefill without masks. Beside the other phase on units of its
/// own a step is taken to be as fast as alone; what it is slower is for measurements to say (<see cref="RecalibratedLatency"/>). Reading allocates nothing.
/// </summary>
internal sealed class ProfiledLatency : IStepLatency
{
    // The chunk of a plain run, so that decode is profiled beside a full device.
    private const int BesideTokens = 2048;
    private const double LeastS = 1e-9;

    private readonly SoloLatency _alone;
    private readonly UnmaskedProfile _unmasked;
    private readonly int _units;

    /// <summary>Latencies of the profiles of <paramref name="context"/>; unit counts that are not in its palette are read at the nearest that is.</summary>
    public ProfiledLatency(PolicyContext context)
    {
        _alone = new SoloLatency(context.Solo);
        _unmasked = context.Unmasked(BesideTokens);
        _units = context.Solo.Palette.DeviceUnits;
    }

    /// <inheritdoc/>
    public double AloneS(Phase phase, in StepWork work, int units) => _alone.Of(phase, in work, units);

    /// <inheritdoc/>
    public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits) =>
        phase == Phase.Decode && beside.NewTokens > 0 && units >= _units && besideUnits >= _units
            ? Math.Max(LeastS, _unmasked.DecodeS(work.Sequences, work.ContextTokens))
            : AloneS(phase, in work, units);
}
