using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Gpu.Tests.Devices;

[Collection(FakeGpuGroup.Name)]
public sealed class GpuProbeTests(FakeGpu fake)
{
    [NativeFact("cc")]
    public void Findings_NameEachPart()
    {
        var nvidia = GpuProbe.Findings(Vendor.Nvidia);
        Assert.All(nvidia.Where(f => !f.Needs.StartsWith("/dev", StringComparison.Ordinal)), f => Assert.True(f.Has, f.ToString()));
        Assert.Contains(nvidia, f => f is { Needs: "driver", What: "CUDA 12.8" });
        Assert.Contains(nvidia, f => f.What.Contains("partitions of 8 to 128 in steps of 8", StringComparison.Ordinal));
        Assert.All(GpuProbe.Findings(Vendor.Amd).Where(f => !f.Needs.StartsWith("/dev", StringComparison.Ordinal)), f => Assert.True(f.Has, f.ToString()));
    }

    [NativeFact("cc")]
    public void Findings_DriverRefuses_SaysWhatItSaid()
    {
        fake.Fail("cuDeviceGetCount", 100);
        var finding = Assert.Single(GpuProbe.Findings(Vendor.Nvidia), f => f.Needs == "devices");
        Assert.False(finding.Has);
        Assert.Contains("CUDA_ERROR_NO_DEVICE", finding.What, StringComparison.Ordinal);
        Assert.Contains("CUDA_VISIBLE_DEVICES", finding.What, StringComparison.Ordinal);
    }
}
