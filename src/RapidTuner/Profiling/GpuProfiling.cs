using RapidTuner.Commands;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Gpu.Kernels;
using RapidTuner.Engine.Gpu.Profiling;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Profiling;

/// <summary>Opens a GPU to be profiled, or says precisely what is missing.</summary>
internal static class GpuProfiling
{
    private const string DefaultModel = "llama-3.1-8b";

    /// <summary>Opens the device that was asked for.</summary>
    /// <exception cref="BadInputException">There is none, or the catalogue does not know it.</exception>
    public static (IStepMeter Meter, ProfileGrid Grid) Open(ProfileRequest asked, TimeProvider clock)
    {
        var all = GpuDevice.All();
        var problems = new Problems();
        if (all.Count == 0)
        {
            foreach (var vendor in Enum.GetValues<Vendor>())
            {
                foreach (var finding in GpuProbe.Findings(vendor).Where(f => !f.Has))
                {
                    problems.Add($"--engine gpu, {(vendor == Vendor.Nvidia ? "NVIDIA" : "AMD")}", $"{finding.Needs}: {finding.What}");
                }
            }

            problems.ThrowIfAny();
        }

        if (asked.Ordinal >= all.Count)
        {
            throw new BadInputException("--gpu", $"is {asked.Ordinal}, and {all.Count} devices are visible", "`rapidtuner doctor` lists them");
        }

        var info = all[asked.Ordinal];
        if (info.Mechanism is null)
        {
            throw new BadInputException("--engine gpu", $"{info.Name} cannot be partitioned with this driver", "`rapidtuner doctor` says what is missing");
        }

        var device = asked.Device ?? DeviceNames.Find(asked.Catalogue, info)
            ?? throw new BadInputException("--device", $"the catalogue has no device called {info.Name}", "give its name in models/devices, or add it there");
        if (device.Units != info.Units)
        {
            throw new BadInputException("--device", $"{device.Name} has {device.Units} units, the device at hand {info.Units}", "give the right name, or mend its file");
        }

        var grid = ProfileGrid.Large;
        return (new GpuStepMeter(info, device.Name, asked.Model ?? asked.Catalogue.Model(DefaultModel), grid, new KernelCache(KernelCache.DefaultFolder), clock), grid);
    }
}
