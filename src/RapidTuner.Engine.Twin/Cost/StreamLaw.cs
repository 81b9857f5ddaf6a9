using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>
/// Time of the operators that do little arithmetic: norms, activations, rotary embedding, copies. What fits the second-level
/// cache was left there by the operator before and moves faster than memory; the rest moves as memory does.
/// </summary>
internal sealed class StreamLaw
{
    private readonly ShareCurves _curves;
    private readonly double _bytesPerS;
    private readonly double _hotBytes;
    private readonly double _hotBytesPerS;

    public StreamLaw(DeviceSpec device, ShareCurves curves)
    {
        var cost = device.Cost;
        _curves = curves;
        _bytesPerS = device.MemoryBytesPerS * cost.StreamBandwidthEfficiency;
        _hotBytes = device.L2Bytes * cost.StreamHotShare;
        _hotBytesPerS = _bytesPerS * cost.StreamHotSpeedup;
        FloorS = cost.KernelFloorS;
    }

    /// <summary>Time of an operator with nothing to do, seconds.</summary>
    public double FloorS { get; }

    /// <summary>Time to move an operator's bytes on that many units, without the floor; seconds.</summary>
    public double MoveS(double bytes, int units)
    {
        var hot = Math.Min(bytes, _hotBytes);
        return ((hot / _hotBytesPerS) + ((bytes - hot) / _bytesPerS)) / _curves.BandwidthShare(units);
    }
}
