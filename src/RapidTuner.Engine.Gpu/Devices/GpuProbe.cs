using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Cuda;
using RapidTuner.Engine.Gpu.Hip;
using RapidTuner.Engine.Gpu.Libraries;

namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>Says precisely what a machine has and what it lacks for the GPU engine: library, driver, device, permission.</summary>
public static class GpuProbe
{
    /// <summary>What stands on a vendor's side, in the order in which it is needed.</summary>
    public static IReadOnlyList<GpuFinding> Findings(Vendor vendor) => vendor == Vendor.Nvidia ? Nvidia() : Amd();

    private static List<GpuFinding> Nvidia()
    {
        var found = new List<GpuFinding>
        {
            Library("CUDA driver", NativeLibraries.Cuda, "install NVIDIA's driver (in a container: run it with the NVIDIA container toolkit)"),
        };
        if (found[0].Has)
        {
            found.Add(NativeLibraries.Has(NativeLibraries.Cuda, nameof(CudaNative.cuGreenCtxStreamCreate))
                ? new GpuFinding("green contexts", true, "the driver has them")
                : new GpuFinding("green contexts", false, "the driver is too old: partitions need CUDA 12.5, driver 555 or newer"));
            found.Add(Access("/dev/nvidiactl"));
            found.AddRange(Devices(new CudaApi(), v => $"CUDA {v / 1000}.{v % 1000 / 10}"));
        }

        found.Add(Library("NVRTC", NativeLibraries.Nvrtc, "install the CUDA toolkit's libnvrtc, or name its folder in " + NativeLibraries.FoldersVariable));
        found.Add(Library("cuBLASLt", NativeLibraries.CublasLt, "install the CUDA toolkit's libcublasLt, or name its folder in " + NativeLibraries.FoldersVariable));
        found.Add(Library("NVML", NativeLibraries.Nvml, "comes with the driver; without it clocks and power are not recorded"));
        return found;
    }

    private static List<GpuFinding> Amd()
    {
        var found = new List<GpuFinding> { Library("HIP runtime", NativeLibraries.Hip, "install ROCm's HIP runtime (libamdhip64)") };
        if (found[0].Has)
        {
            found.Add(Access("/dev/kfd"));
            found.AddRange(Devices(new HipApi(), v => $"HIP {v}"));
        }

        found.Add(Library("hipRTC", NativeLibraries.Hiprtc, "install ROCm's libhiprtc, or name its folder in " + NativeLibraries.FoldersVariable));
        found.Add(Library("hipBLASLt", NativeLibraries.HipblasLt, "install ROCm's libhipblaslt, or name its folder in " + NativeLibraries.FoldersVariable));
        return found;
    }

    private static GpuFinding Library(string needs, string library, string mend) =>
        NativeLibraries.Has(library)
            ? new GpuFinding(needs, true, "found")
            : new GpuFinding(needs, false, $"none of {string.Join(", ", NativeLibraries.Candidates(library))} can be loaded; {mend}");

    private static GpuFinding Access(string file)
    {
        if (!File.Exists(file))
        {
            return new GpuFinding(file, false, "is not there: the kernel's driver is not loaded, or the container was not given the device");
        }

        try
        {
            using var open = File.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return new GpuFinding(file, true, "may be opened");
        }
        catch (UnauthorizedAccessException)
        {
            return new GpuFinding(file, false, "may not be opened: add the user to the device's group (video, render)");
        }
        catch (IOException refused)
        {
            return new GpuFinding(file, false, $"cannot be opened: {refused.Message}");
        }
    }

    private static IEnumerable<GpuFinding> Devices(GpuApi api, Func<int, string> version)
    {
        string Said(Func<string> ask, out bool fine)
        {
            try
            {
                fine = true;
                return ask();
            }
            catch (GpuException failure)
            {
                fine = false;
                return failure.Message;
            }
            catch (EntryPointNotFoundException missing)
            {
                fine = false;
                return $"the driver is too old: {missing.Message}";
            }
        }

        var driver = Said(() => version(api.DriverVersion()), out var hasDriver);
        yield return new GpuFinding("driver", hasDriver, driver);
        var count = 0;
        var devices = Said(() => $"{count = api.DeviceCount()} visible", out var counted);
        yield return new GpuFinding("devices", counted && count > 0, devices);
        for (var i = 0; i < count; i++)
        {
            var ordinal = i;
            var said = Said(() => Describe(api.Describe(ordinal)), out var described);
            yield return new GpuFinding($"device {ordinal}", described, said);
        }
    }

    private static string Describe(GpuInfo info) =>
        $"{info.Name}, {info.Architecture}, {info.Units} units, {info.MemoryBytes / (double)(1 << 30):F0} GiB, "
        + (info.Mechanism is null ? "cannot be partitioned" : $"partitions of {info.MinUnits} to {info.MaxPartitionUnits} in steps of {info.Step}");
}
