using RapidTuner.Engine.Gpu.Cuda;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Gpu.Hip;
using RapidTuner.Engine.Gpu.Kernels;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Gpu.Tests.Kernels;

[Collection(FakeGpuGroup.Name)]
public sealed class KernelCacheTests(FakeGpu fake) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kernels").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NativeFact("cc")]
    public void Get_Twice_CompilesOnce()
    {
        var cache = new KernelCache(_folder);
        foreach (var device in GpuDevice.All())
        {
            var (image, found) = cache.Get(device);
            Assert.False(found);
            var (again, foundAgain) = cache.Get(device);
            Assert.True(foundAgain);
            Assert.Equal(image, again);
        }

        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [NativeFact("cc")]
    public void Get_DamagedFile_CompilesAnew()
    {
        var cache = new KernelCache(_folder);
        var (image, _) = cache.Get("source", "sm_90", new NvrtcCompiler());
        var file = Assert.Single(Directory.GetFiles(_folder));
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        var (again, found) = cache.Get("source", "sm_90", new NvrtcCompiler());
        Assert.False(found);
        Assert.Equal(image, again);
    }

    [NativeFact("cc")]
    public void Get_FolderCannotBeMade_StillGivesTheImage()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.NotEmpty(new KernelCache(Path.Combine(file, "below")).Get("source", "sm_90", new NvrtcCompiler()).Image);
    }

    [NativeFact("cc")]
    public void Compile_BadSource_ShowsTheCompilersLog()
    {
        var before = fake.Live;
        foreach (var compiler in (IKernelCompiler[])[new NvrtcCompiler(), new HiprtcCompiler()])
        {
            var failure = Assert.Throws<GpuException>(() => compiler.Compile("syntax error", "sm_90"));
            Assert.Contains("expected a declaration", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, fake.Live);
    }
}
