using RapidTuner.Engine.Gpu.Libraries;
using static RapidTuner.Engine.Gpu.Sensors.NvmlNative;

namespace RapidTuner.Engine.Gpu.Sensors;

/// <summary>NVIDIA's sensors.</summary>
internal sealed class NvmlSensors : IGpuSensors
{
    private const int SmClock = 1;
    private const int Core = 0;

    // Power cap 0x4, hardware slowdown 0x8, thermal 0x20 and 0x40, power brake 0x80 (nvml.h, nvmlClocksThrottleReason…).
    private const ulong HoldsDown = 0x4 | 0x8 | 0x20 | 0x40 | 0x80;

    private readonly nint _device;

    private NvmlSensors(nint device) => _device = device;

    /// <summary>Opens the sensors of the device at a place on the bus; null where NVML is missing or does not know it.</summary>
    public static NvmlSensors? Open(string pciBusId)
    {
        if (!NativeLibraries.Has(NativeLibraries.Nvml) || nvmlInit_v2() != 0)
        {
            return null;
        }

        if (nvmlDeviceGetHandleByPciBusId_v2(pciBusId, out var device) == 0)
        {
            return new NvmlSensors(device);
        }

        _ = nvmlShutdown();
        return null;
    }

    /// <inheritdoc/>
    public GpuReading Read() => new(
        nvmlDeviceGetClockInfo(_device, SmClock, out var clock) == 0 ? clock * 1e6 : double.NaN,
        nvmlDeviceGetPowerUsage(_device, out var power) == 0 ? power * 1e-3 : double.NaN,
        nvmlDeviceGetTemperature(_device, Core, out var heat) == 0 ? heat : double.NaN,
        nvmlDeviceGetCurrentClocksThrottleReasons(_device, out var reasons) == 0 && (reasons & HoldsDown) != 0);

    /// <inheritdoc/>
    public void Dispose() => _ = nvmlShutdown();
}
