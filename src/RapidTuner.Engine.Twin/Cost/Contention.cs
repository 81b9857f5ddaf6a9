using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>
/// What two steps that run side by side do to each other (DESIGN §5): a clock that falls with both phases' load, a memory
/// system that both draw on, interference in the caches, and units that both use.
/// </summary>
internal sealed class Contention
{
    private readonly ShareCurves _curves;
    private readonly double _sharedClockFraction;
    private readonly double _unmaskedDecode;
    private readonly double _unmaskedPrefill;
    private readonly double _bytesPerS;
    private readonly double[] _decodeInterference;
    private readonly double[] _prefillInterference;

    public Contention(DeviceSpec device, ShareCurves curves, CostOptions options)
    {
        var cost = device.Cost;
        _curves = curves;
        _sharedClockFraction = options.SharedClockFraction;
        _unmaskedDecode = options.UnmaskedSlowdown;
        _unmaskedPrefill = cost.UnmaskedPrefillSlowdown;
        _bytesPerS = device.MemoryBytesPerS * cost.WeightBandwidthEfficiency;
        _decodeInterference = Interference(cost.DecodeInterference, cost.InterferenceExponent);
        _prefillInterference = Interference(cost.PrefillInterference, cost.InterferenceExponent);
    }

    /// <summary>Both steps' times if the other ran all along.</summary>
    public void Of(in StepTimes prefill, int prefillUnits, in StepTimes decode, int decodeUnits, out double prefillS, out double decodeS)
    {
        prefillS = prefill.TotalS * ClockSlowdown(prefill, prefillUnits, decodeUnits);
        decodeS = decode.TotalS * ClockSlowdown(decode, decodeUnits, prefillUnits);
        var demand = ((prefill.Bytes / prefillS) + (decode.Bytes / decodeS)) / _bytesPerS;
        var excess = Math.Max(0, demand - 1);
        prefillS *= (1 + (prefill.MemoryShare * excess)) * (1 + (_prefillInterference[decodeUnits] * prefill.DeviceS / prefill.TotalS));
        var prefillBusy = prefill.DeviceS / prefill.TotalS;
        decodeS *= (1 + (decode.MemoryShare * excess)) * (1 + (_decodeInterference[prefillUnits] * decode.MemoryShare * Math.Min(1, prefillBusy)));
        var overlapUnits = prefillUnits + decodeUnits - _curves.Units;
        if (overlapUnits > 0)
        {
            Overlap(prefill, (double)overlapUnits / prefillUnits, decode, (double)overlapUnits / decodeUnits, ref prefillS, ref decodeS);
        }
    }

    /// <summary>
    /// On shared units the kernels' blocks mix as the hardware pleases: decode meets the unmasked slowdown; prefill loses what is
    /// known of it, or the arithmetic that decode takes away, whichever is more.
    /// </summary>
    private void Overlap(in StepTimes prefill, double prefillShared, in StepTimes decode, double decodeShared, ref double prefillS, ref double decodeS)
    {
        var unmaskedS = decode.TotalS * (1 + ((_unmaskedDecode - 1) * Math.Min(1, prefill.DeviceS / prefill.TotalS)));
        decodeS += (unmaskedS - decodeS) * decodeShared;
        var arithmeticTaken = prefill.ComputeShare + (decode.ComputeS / decodeS) - 1;
        prefillS *= 1 + (prefillShared * Math.Max(_unmaskedPrefill - 1, arithmeticTaken));
    }

    /// <summary>By how much the other phase's load lowers this one's clock: the device-wide part counts the other's units as busy too.</summary>
    private double ClockSlowdown(in StepTimes times, int units, int otherUnits)
    {
        var loaded = Math.Min(_curves.Units, units + (_sharedClockFraction * otherUnits));
        var below = (int)loaded;
        var clock = _curves.Clock(below);
        if (below < _curves.Units)
        {
            clock += (loaded - below) * (_curves.Clock(below + 1) - clock);
        }

        return 1 + (times.ComputeShare * ((_curves.Clock(units) / clock) - 1));
    }

    private double[] Interference(double greatest, double exponent)
    {
        var byUnits = new double[_curves.Units + 1];
        for (var units = 1; units <= _curves.Units; units++)
        {
            byUnits[units] = greatest * Math.Pow((double)units / _curves.Units, exponent);
        }

        return byUnits;
    }
}
