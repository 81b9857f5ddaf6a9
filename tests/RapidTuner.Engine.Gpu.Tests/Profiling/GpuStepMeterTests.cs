using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Gpu.Kernels;
using RapidTuner.Engine.Gpu.Profiling;
using RapidTuner.Engine.Profiling;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Gpu.Tests.Profiling;

[Collection(FakeGpuGroup.Name)]
public sealed class GpuStepMeterTests(FakeGpu fake) : IDisposable
{
    private static readonly ProfileGrid Grid = new([128, 512], [4, 32], [256, 2048]);

    private readonly string _folder = Directory.CreateTempSubdirectory("meter").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NativeFact("cc")]
    public void Measure_AloneAndTogether_FollowsTheFakesClock()
    {
        foreach (var info in GpuDevice.All())
        {
            var before = fake.Live;
            using (var meter = Open(info))
            {
                var full = meter.Measure(new ProfilePoint(new ProfileStep(Phase.Prefill, 1, 512, meter.Units)), CancellationToken.None);
                var half = meter.Measure(new ProfilePoint(new ProfileStep(Phase.Prefill, 1, 512, 64)), CancellationToken.None);
                Assert.True(half.MedianS > full.MedianS * 1.2);
                Assert.True(full.Repeats >= 9);

                var alone = new ProfileStep(Phase.Decode, 32, 2048, 64);
                var beside = new ProfilePoint(alone, new ProfileStep(Phase.Prefill, 1, 512, 64));
                Assert.InRange(
                    meter.Measure(beside, CancellationToken.None).MedianS / meter.Measure(new ProfilePoint(alone), CancellationToken.None).MedianS, 1.2, 1.3);
                if (info.Vendor == Vendor.Nvidia)
                {
                    Assert.Equal((1.98e9, 512.0), (full.ClockHz, full.PowerW));
                }
            }

            Assert.Equal(before, fake.Live);
            Assert.Equal(0, fake.Misuse);
        }
    }

    [NativeFact("cc")]
    public void Facts_NameWhatAProfileSaysBesideItsTable()
    {
        using var meter = Open(GpuDevice.All()[0]);
        var facts = meter.Facts(CancellationToken.None);
        Assert.Equal(
            ["decode_8x512_graph_s", "decode_8x512_plain_s", "decode_attention_32x2048_bytes_per_s", "gemm_flop_per_s", "graph_bytes", "launch_graph_host_s", "launch_plain_host_s", "memory_read_bytes_per_s", "partition_bytes", "switch_s"],
            facts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(16 << 20, facts["partition_bytes"]);
        Assert.All(facts.Values, v => Assert.True(double.IsFinite(v) && v >= 0));
    }

    [NativeFact("cc")]
    public void Measure_DeviceLost_SaysSo()
    {
        using var meter = Open(GpuDevice.All()[0]);
        fake.Fail("cuGraphLaunch", 700, after: 4);
        var failure = Assert.Throws<StepMeterException>(() => meter.Measure(new ProfilePoint(new ProfileStep(Phase.Decode, 4, 256, 64)), CancellationToken.None));
        Assert.True(failure.DeviceLost);
    }

    [NativeFact("cc")]
    public void Measure_Throttled_IsMarked()
    {
        using var meter = Open(GpuDevice.All()[0]);
        fake.Fail("throttle", 1);
        Assert.True(meter.Measure(new ProfilePoint(new ProfileStep(Phase.Decode, 4, 256, 64)), CancellationToken.None).Throttled);
    }

    [NativeFact("cc")]
    public void Open_OutOfMemory_LeaksNothing()
    {
        var before = fake.Live;
        fake.Fail("cuMemAlloc_v2", 2, after: 20);
        Assert.Throws<GpuException>(() => Open(GpuDevice.All()[0]));
        Assert.Equal(before, fake.Live);
    }

    [NativeFact("cc")]
    public void Open_ModelThatTheKernelsDoNotCover_AllReasonsAtOnce()
    {
        var refused = Assert.Throws<BadInputException>(() => new GpuStepMeter(GpuDevice.All()[0], "H200", Spec("gpt-oss-120b"), Grid, new KernelCache(_folder), TimeProvider.System));
        Assert.Contains("mixture of experts", refused.Message, StringComparison.Ordinal);
        Assert.Contains("heads of 64", refused.Message, StringComparison.Ordinal);
    }

    [NativeFact("cc")]
    public void Profile_WholeRun_WritesTheTable()
    {
        using var meter = Open(GpuDevice.All()[0]);
        var path = Path.Combine(_folder, "h200.csv");
        using var file = new ProfileFile(path, meter);
        var plan = Grid.Points([32, 96, 132], 1);
        var summary = Profiler.Run(meter, plan, file, TimeSpan.FromHours(1), TimeProvider.System, (_, _, problem) => Assert.Null(problem), CancellationToken.None);
        Assert.Equal(0, summary.Missing);
        Assert.Equal(plan.Count(p => p.Beside is null) + 1, File.ReadAllLines(path).Length);
        Assert.NotEmpty(summary.Contention);
    }

    private GpuStepMeter Open(GpuInfo info) => new(info, "H200", Spec("llama-3.1-8b"), Grid, new KernelCache(_folder), TimeProvider.System);

    private static ModelSpec Spec(string name) => SpecCatalogue.Open().Model(name);
}
