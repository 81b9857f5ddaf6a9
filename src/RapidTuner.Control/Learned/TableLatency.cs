using RapidTuner.Control.Profiles;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Learned;

/// <summary>
/// Step latencies read from a profile alone: the rivals' solo samples, and factors for steps side by side (<see cref="PairedTable"/>).
/// What <c>learned</c> plans with, and <c>learned:champion</c> where no model was learnt for the device and model. Unit counts that are not in the palette
/// are read at the nearest that is. Reading allocates nothing.
/// </summary>
internal sealed class TableLatency : IStepLatency
{
    private readonly SoloLatency _alone;
    private readonly PairedTable _paired;
    private readonly int _prefillCounts;

    /// <summary>Latencies of <paramref name="solo"/>'s palette.</summary>
    public TableLatency(SoloProfile solo, PairedTable paired)
    {
        _alone = new SoloLatency(solo);
        _paired = paired;
        _prefillCounts = solo.Palette.PrefillUnits.Length;
    }

    /// <inheritdoc/>
    public double AloneS(Phase phase, in StepWork work, int units) => _alone.Of(phase, in work, units);

    /// <inheritdoc/>
    public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        var aloneS = AloneS(phase, in work, units);
        if (beside.NewTokens == 0)
        {
            return aloneS;
        }

        return phase == Phase.Decode
            ? aloneS * _paired.Factor(phase, in work, in beside, (_alone.Index(Phase.Decode, units) * _prefillCounts) + _alone.Index(Phase.Prefill, besideUnits))
            : aloneS * _paired.Factor(phase, in beside, in work, (_alone.Index(Phase.Decode, besideUnits) * _prefillCounts) + _alone.Index(Phase.Prefill, units));
    }
}
