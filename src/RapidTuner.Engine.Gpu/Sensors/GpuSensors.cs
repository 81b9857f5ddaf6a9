using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Devices;

namespace RapidTuner.Engine.Gpu.Sensors;

/// <summary>Finds the sensors of a device.</summary>
public static class GpuSensors
{
    /// <summary>NVML for NVIDIA, the kernel's hwmon files for AMD; sensors that say nothing where neither can be read.</summary>
    public static IGpuSensors Of(GpuInfo device) =>
        (device.Vendor == Vendor.Nvidia ? NvmlSensors.Open(device.PciBusId) : (IGpuSensors?)HwmonSensors.Open(device.PciBusId)) ?? new NoSensors();
}
