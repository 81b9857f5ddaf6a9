namespace RapidTuner.Core.Catalogue;

/// <summary>How a device's units are divided between streams.</summary>
public enum PartitionMechanism : byte
{
    /// <summary>CUDA green contexts.</summary>
    GreenContext,

    /// <summary>Streams made with a mask of compute units (HIP).</summary>
    CuMask,
}
