using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Gpu.Tests.Devices;

[Collection(FakeGpuGroup.Name)]
public sealed class GpuDeviceTests(FakeGpu fake)
{
    [NativeFact("cc")]
    public void All_ListsBothVendors()
    {
        var all = GpuDevice.All();
        var nvidia = Assert.Single(all, d => d.Vendor == Vendor.Nvidia);
        var amd = Assert.Single(all, d => d.Vendor == Vendor.Amd);

        Assert.Equal(("Fake H200", "sm_90", 132, 8, 8, (PartitionMechanism?)PartitionMechanism.GreenContext), (nvidia.Name, nvidia.Architecture, nvidia.Units, nvidia.MinUnits, nvidia.Step, nvidia.Mechanism));
        Assert.Equal(("Fake MI300X", "gfx942", 304, 8, 8, (PartitionMechanism?)PartitionMechanism.CuMask), (amd.Name, amd.Architecture, amd.Units, amd.MinUnits, amd.Step, amd.Mechanism));
        Assert.Equal(128, nvidia.AllowedUnits.Last());
        Assert.Equal(16, nvidia.AllowedUnits.Count());
        Assert.Equal(304, amd.AllowedUnits.Last());
    }

    [NativeFact("cc")]
    public void Everything_IsGivenBack() => OnBoth(vendor =>
    {
        using var device = fake.Open(vendor);
        using var partition = device.CreatePartition(new UnitRange(64, FromEnd: true));
        using var lane = partition.CreateStream();
        using var other = device.CreateStream();
        using var buffer = device.Allocate(64);
        using var module = device.LoadModule("image of a kernel"u8);
        using var begin = device.CreateEvent();
        using var end = device.CreateEvent();

        buffer.Upload<int>([1, 2, 3]);
        var back = new int[3];
        buffer.Download<int>(back);
        Assert.Equal([1, 2, 3], back);
        buffer.Fill(255, lane);
        buffer.Download<int>(back);
        Assert.Equal([-1, -1, -1], back);

        begin.Record(lane);
        module.Launch(module.Function("anything"), new Grid(64, 2), 128, lane, [1, 2]);
        end.Record(lane);
        other.Wait(end);
        end.Synchronise();
        Assert.True(end.SecondsSince(begin) > 0);

        using var graph = device.Capture(lane, () => module.Launch(module.Function("anything"), new Grid(64), 128, lane, []));
        graph.Launch(lane);
        lane.Synchronise();
        Assert.Equal(64, lane.Units);
        Assert.Equal(device.Info.Units, other.Units);
    });

    [NativeFact("cc")]
    public void Partition_FewerUnits_TakesLonger() => OnBoth(vendor =>
    {
        using var device = fake.Open(vendor);
        using var module = device.LoadModule("image of a kernel"u8);
        double Takes(int units)
        {
            using var partition = device.CreatePartition(new UnitRange(units, FromEnd: false));
            using var lane = partition.CreateStream();
            using var begin = device.CreateEvent();
            using var end = device.CreateEvent();
            begin.Record(lane);
            module.Launch(module.Function("anything"), new Grid(10_000), 1024, lane, []);
            end.Record(lane);
            return end.SecondsSince(begin);
        }

        Assert.InRange(Takes(32) / Takes(64), 1.9, 2.1);
    });

    [NativeFact("cc")]
    public void Partitions_AreNestedFromBothEnds()
    {
        using var device = fake.Open(Vendor.Nvidia);
        device.CreatePartition(new UnitRange(24, FromEnd: false)).Dispose();
        Assert.Equal((0, 3), fake.LastGroups);
        device.CreatePartition(new UnitRange(24, FromEnd: true)).Dispose();
        Assert.Equal((13, 3), fake.LastGroups);
    }

    [NativeFact("cc")]
    public void Partition_DriverThatJoinsNoGroups_GetsOneOfThatSize()
    {
        using var device = fake.Open(Vendor.Nvidia);
        fake.Fail("cuDevResourceGenerateDesc", 915);
        using var partition = device.CreatePartition(new UnitRange(40, FromEnd: true));
        using var lane = partition.CreateStream();
        Assert.Equal(40, lane.Units);
        Assert.Equal((0, 1), fake.LastGroups);
    }

    [NativeFact("cc")]
    public void Partition_SizeThatTheDeviceLacks_SaysWhichItHas() => OnBoth(vendor =>
    {
        using var device = fake.Open(vendor);
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => device.CreatePartition(new UnitRange(13, FromEnd: false)));
        Assert.Contains("in steps of 8", refused.Message, StringComparison.Ordinal);
    });

    [NativeFact("cc")]
    public void PartitionSet_Applies_TheNearestSplit() => OnBoth(vendor =>
    {
        using var device = fake.Open(vendor);
        using var set = new PartitionSet(device, new Palette(device.Info.Units, [32, 64], [32, 96]));
        var (prefill, decode) = set.Apply(new Split(60, 90));
        Assert.Equal((64, 96), (prefill.Units, decode.Units));
        Assert.False(prefill.Range!.Value.FromEnd);
        Assert.True(decode.Range!.Value.FromEnd);
        Assert.Equal(device.Info.Units, set.Apply(new Split(device.Info.Units, 32)).Prefill.Units);
    });

    [NativeFact("cc")]
    public void PartitionSet_OneFails_GivesTheOthersBack()
    {
        using var device = fake.Open(Vendor.Nvidia);
        var before = fake.Live;
        fake.Fail("cuGreenCtxCreate", 915, after: 2);
        var failure = Assert.Throws<GpuException>(() => new PartitionSet(device, new Palette(132, [32, 64], [32, 96])));
        Assert.Equal("CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION", failure.Name);
        Assert.Contains("granularity", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, fake.Live);
    }

    public static TheoryData<string, int, string> Faults => new()
    {
        { "cuStreamCreate", 2, "free device memory" },
        { "cuMemAlloc_v2", 2, "smaller palette" },
        { "cuEventCreate", 801, "CUDA 12.4" },
        { "cuModuleLoadData", 700, "start again" },
        { "cuStreamEndCapture", 1, "" },
        { "cuGraphInstantiateWithFlags", 2, "" },
        { "cuLaunchKernel", 46, "device was lost" },
        { "cuGreenCtxStreamCreate", 801, "" },
        { "cuDeviceGetDevResource", 914, "refuses a partition" },
        { "cuDevSmResourceSplitByCount", 914, "" },
        { "cuCtxSetCurrent", 201, "" },
    };

    [NativeTheory("cc")]
    [MemberData(nameof(Faults))]
    public void EveryFault_NamesCallAndCode_AndLeaksNothing(string call, int code, string advice)
    {
        var before = fake.Live;
        var failure = Assert.Throws<GpuException>(() =>
        {
            using var device = fake.Open(Vendor.Nvidia);
            fake.Fail(call, code);
            using var partition = device.CreatePartition(new UnitRange(64, FromEnd: true));
            using var lane = partition.CreateStream();
            using var plain = device.CreateStream();
            using var buffer = device.Allocate(64);
            using var e = device.CreateEvent();
            using var module = device.LoadModule("image of a kernel"u8);
            using var graph = device.Capture(lane, () => module.Launch(module.Function("anything"), new Grid(64), 128, lane, []));
        });

        Assert.Equal((call, code), (failure.Call, failure.Code));
        Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
        Assert.Equal(code is 700 or 46, failure.DeviceLost);
        Assert.Equal(before, fake.Live);
        Assert.Equal(0, fake.Misuse);
    }

    [NativeFact("cc")]
    public void Capture_WorkThrows_LaneIsUsableAgain()
    {
        using var device = fake.Open(Vendor.Nvidia);
        using var lane = device.CreateStream();
        using var module = device.LoadModule("image of a kernel"u8);
        Assert.Throws<GpuException>(() => device.Capture(lane, () => module.Function("no_such_kernel")));
        using var graph = device.Capture(lane, () => module.Launch(module.Function("anything"), new Grid(1), 32, lane, []));
        graph.Launch(lane);
        lane.Synchronise();
    }

    [NativeFact("cc")]
    public void Disposed_ThrowsInsteadOfUsingTheHandle()
    {
        using var device = fake.Open(Vendor.Nvidia);
        var buffer = device.Allocate(16);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Address);
        Assert.Equal(0, fake.Misuse);
    }

    [NativeFact("cc")]
    public void Context_OutlivesWhatWasMadeInIt()
    {
        var before = fake.Live;
        var device = fake.Open(Vendor.Nvidia);
        var lane = device.CreateStream();
        device.Dispose();
        Assert.Equal(before + 2, fake.Live);
        lane.Dispose();
        Assert.Equal(before, fake.Live);
    }

    [NativeFact("cc")]
    public void Open_NoSuchDevice_SaysHowManyThereAre()
    {
        fake.Devices(0);
        try
        {
            Assert.Empty(GpuDevice.All());
            Assert.Contains("0 devices", Assert.Throws<ArgumentOutOfRangeException>(() => fake.Open(Vendor.Nvidia)).Message, StringComparison.Ordinal);
        }
        finally
        {
            fake.Devices(1);
        }
    }

    private void OnBoth(Action<Vendor> test)
    {
        foreach (var vendor in Enum.GetValues<Vendor>())
        {
            var (before, used) = (fake.Live, fake.UsedBytes);
            test(vendor);
            Assert.Equal(before, fake.Live);
            Assert.Equal(used, fake.UsedBytes);
            Assert.Equal(0, fake.Misuse);
        }
    }
}
