using System.Runtime.InteropServices;

namespace RapidTuner.Engine.Gpu.Cuda;

/// <summary>
/// CUdevResource: 144 bytes, the type first, the number of SMs at byte 96. Drivers from CUDA 13 on state the granularity behind it; older ones leave
/// zeros there.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 144)]
internal struct CudaResource
{
    /// <summary>CU_DEV_RESOURCE_TYPE_SM.</summary>
    public const int Sm = 1;

    /// <summary>Kind of resource.</summary>
    [FieldOffset(0)]
    public int Type;

    /// <summary>SMs in it.</summary>
    [FieldOffset(96)]
    public uint SmCount;

    /// <summary>Fewest SMs of a partition, or 0.</summary>
    [FieldOffset(100)]
    public uint MinPartition;

    /// <summary>Partitions are multiples of this many SMs, or 0.</summary>
    [FieldOffset(104)]
    public uint Alignment;
}
