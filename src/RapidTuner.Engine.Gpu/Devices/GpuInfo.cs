using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>A device as its driver describes it.</summary>
/// <param name="Ordinal">Index in the driver's enumeration, from 0.</param>
/// <param name="Vendor">Whose driver.</param>
/// <param name="Name">The driver's name of the device.</param>
/// <param name="Architecture">Target for which kernels are compiled, such as <c>sm_90</c> or <c>gfx942</c>.</param>
/// <param name="Units">Streaming multiprocessors or compute units.</param>
/// <param name="MinUnits">Fewest units of a partition.</param>
/// <param name="Step">Partitions are multiples of this many units.</param>
/// <param name="Mechanism">How it is partitioned; null where the driver cannot.</param>
/// <param name="MemoryBytes">Device memory, bytes.</param>
/// <param name="PciBusId">Its place on the bus, such as <c>0000:3b:00.0</c>.</param>
public sealed record GpuInfo(
    int Ordinal, Vendor Vendor, string Name, string Architecture, int Units, int MinUnits, int Step, PartitionMechanism? Mechanism, long MemoryBytes, string PciBusId)
{
    /// <summary>The most units that a partition can have: every step that fits the device.</summary>
    public int MaxPartitionUnits => Mechanism is null ? 0 : Units / Step * Step;

    /// <summary>Unit counts that a partition can have, rising.</summary>
    public IEnumerable<int> AllowedUnits
    {
        get
        {
            for (var units = MinUnits; Mechanism is not null && units <= MaxPartitionUnits; units += Step)
            {
                yield return units;
            }
        }
    }
}
