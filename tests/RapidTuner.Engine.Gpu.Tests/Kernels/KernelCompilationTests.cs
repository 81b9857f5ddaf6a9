using RapidTuner.Engine.Gpu.Kernels;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Gpu.Tests.Kernels;

/// <summary>The source compiles for every architecture of the catalogue's devices, without a device.</summary>
public sealed class KernelCompilationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("compile").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NativeFact("clang")]
    public void Nvidia_Compiles()
    {
        foreach (var architecture in (string[])["sm_80", "sm_89", "sm_90"])
        {
            Assert.Contains(".entry decode_attention", Compile(architecture, "-x", "cuda", $"--cuda-gpu-arch={architecture}", "-nocudainc", "-nocudalib", "-Xclang", "-target-feature", "-Xclang", "+ptx78"), StringComparison.Ordinal);
        }
    }

    [NativeFact("clang")]
    public void Amd_Compiles()
    {
        foreach (var architecture in (string[])["gfx90a", "gfx942"])
        {
            Assert.Contains("decode_attention", Compile(architecture, "-x", "hip", $"--offload-arch={architecture}", "-nogpuinc", "-nogpulib"), StringComparison.Ordinal);
        }
    }

    private string Compile(string architecture, params string[] options)
    {
        var source = Path.Combine(_folder, "kernels.cu");
        File.WriteAllText(source, KernelSource.Text);
        var assembly = Path.Combine(_folder, architecture + ".s");
        NativeTools.Run("clang", [.. options, "--cuda-device-only", "-O3", "-Wall", "-Wextra", "-Werror", "-S", source, "-o", assembly]);
        return File.ReadAllText(assembly);
    }
}
