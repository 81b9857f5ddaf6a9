namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>
/// A run of units counted from one end of the device: prefill's partitions are nested from the first unit up, decode's from the last one
/// down (DESIGN §1), so that a pair is disjoint or overlaps by a known amount.
/// </summary>
/// <param name="Units">Units in the run.</param>
/// <param name="FromEnd">True when counted from the last unit down.</param>
public readonly record struct UnitRange(int Units, bool FromEnd)
{
    /// <summary>The first unit of the run on a device of <paramref name="deviceUnits"/>.</summary>
    public int First(int deviceUnits) => FromEnd ? deviceUnits - Units : 0;
}
