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
    private const double LeastS = 1e-9;

    private readonly SoloProfile _solo;
    private readonly PairedTable _paired;
    private readonly int[] _decodeIndex;
    private readonly int[] _prefillIndex;
    private readonly int _prefillCounts;

    /// <summary>Latencies of <paramref name="solo"/>'s palette.</summary>
    public TableLatency(SoloProfile solo, PairedTable paired)
    {
        _solo = solo;
        _paired = paired;
        var palette = solo.Palette;
        _prefillCounts = palette.PrefillUnits.Length;
        _decodeIndex = [.. Enumerable.Range(0, palette.DeviceUnits + 1).Select(u => Array.IndexOf(palette.DecodeUnits, palette.Nearest(Phase.Decode, u)))];
        _prefillIndex = [.. Enumerable.Range(0, palette.DeviceUnits + 1).Select(u => Array.IndexOf(palette.PrefillUnits, palette.Nearest(Phase.Prefill, u)))];
    }

    /// <inheritdoc/>
    public double AloneS(Phase phase, in StepWork work, int units)
    {
        var index = Index(phase, units);
        return Math.Max(LeastS, phase == Phase.Decode
            ? _solo.DecodeS(work.Sequences, work.ContextTokens, index)
            : _solo.PrefillS(in work, index));
    }

    /// <inheritdoc/>
    public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        var aloneS = AloneS(phase, in work, units);
        if (beside.NewTokens == 0)
        {
            return aloneS;
        }

        return phase == Phase.Decode
            ? aloneS * _paired.Factor(phase, in work, in beside, (Index(Phase.Decode, units) * _prefillCounts) + Index(Phase.Prefill, besideUnits))
            : aloneS * _paired.Factor(phase, in beside, in work, (Index(Phase.Decode, besideUnits) * _prefillCounts) + Index(Phase.Prefill, units));
    }

    private int Index(Phase phase, int units)
    {
        var indices = phase == Phase.Decode ? _decodeIndex : _prefillIndex;
        return indices[Math.Clamp(units, 0, indices.Length - 1)];
    }
}
