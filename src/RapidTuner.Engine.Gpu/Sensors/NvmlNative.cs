using System.Runtime.InteropServices;
using RapidTuner.Engine.Gpu.Libraries;

namespace RapidTuner.Engine.Gpu.Sensors;

/// <summary>NVML, as far as it is used.</summary>
internal static partial class NvmlNative
{
    private const string Library = NativeLibraries.Nvml;

    [LibraryImport(Library)]
    internal static partial int nvmlInit_v2();

    [LibraryImport(Library)]
    internal static partial int nvmlShutdown();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int nvmlDeviceGetHandleByPciBusId_v2(string busId, out nint device);

    [LibraryImport(Library)]
    internal static partial int nvmlDeviceGetClockInfo(nint device, int kind, out uint megahertz);

    [LibraryImport(Library)]
    internal static partial int nvmlDeviceGetPowerUsage(nint device, out uint milliwatts);

    [LibraryImport(Library)]
    internal static partial int nvmlDeviceGetTemperature(nint device, int sensor, out uint celsius);

    [LibraryImport(Library)]
    internal static partial int nvmlDeviceGetCurrentClocksThrottleReasons(nint device, out ulong reasons);
}
