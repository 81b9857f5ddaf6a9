using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Blas;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Gpu.Tests.Blas;

[Collection(FakeGpuGroup.Name)]
public sealed class GpuBlasTests(FakeGpu fake)
{
    [NativeFact("cc")]
    public void Plan_IsMadeOnceAShapeAndUnits_AndRuns()
    {
        foreach (var vendor in Enum.GetValues<Vendor>())
        {
            var before = fake.Live;
            using (var device = fake.Open(vendor))
            using (var blas = new GpuBlas(device))
            using (var lane = device.CreateStream())
            using (var memory = device.Allocate(1 << 24))
            {
                var shape = new GemmShape(128, 4096, 4096);
                var plan = blas.Plan(shape, 64);
                Assert.Same(plan, blas.Plan(shape, 64));
                Assert.NotSame(plan, blas.Plan(shape, device.Info.Units));
                plan.Run(lane, memory.Address, memory.Address, memory.Address, memory);
                blas.Plan(new GemmShape(64, 128, 512, WeightByColumn: false, 8, 1, 2, 3), 64).Run(lane, memory.Address, memory.Address, memory.Address, memory);
                lane.Synchronise();
            }

            Assert.Equal(before, fake.Live);
            Assert.Equal(0, fake.Misuse);
        }
    }

    public static TheoryData<string, int> Faults => new()
    {
        { "cublasLtCreate", 1 },
        { "cublasLtMatmulDescCreate", 3 },
        { "cublasLtMatmulDescSetAttribute", 7 },
        { "cublasLtMatrixLayoutCreate", 3 },
        { "cublasLtMatmulPreferenceCreate", 3 },
        { "cublasLtMatmulPreferenceSetAttribute", 7 },
        { "cublasLtMatmulAlgoGetHeuristic", 15 },
        { "cublasLtMatmul", 13 },
    };

    [NativeTheory("cc")]
    [MemberData(nameof(Faults))]
    public void EveryFault_LeaksNothing(string call, int code)
    {
        var before = fake.Live;
        fake.Fail(call, code);
        var failure = Assert.Throws<GpuException>(() =>
        {
            using var device = fake.Open(Vendor.Nvidia);
            using var blas = new GpuBlas(device);
            using var lane = device.CreateStream();
            using var memory = device.Allocate(1 << 24);
            blas.Plan(new GemmShape(128, 4096, 4096), 64).Run(lane, memory.Address, memory.Address, memory.Address, memory);
        });
        Assert.Equal(code, failure.Code);
        Assert.StartsWith("cublasLt", failure.Call, StringComparison.Ordinal);
        Assert.Equal(before, fake.Live);
    }

    [NativeFact("cc")]
    public void Plan_LibraryHasNoAlgorithm_SaysForWhat()
    {
        using var device = fake.Open(Vendor.Nvidia);
        using var blas = new GpuBlas(device);
        Assert.Contains("Rows = 13", Assert.Throws<GpuException>(() => blas.Plan(new GemmShape(13, 64, 64), 64)).Message, StringComparison.Ordinal);
    }
}
