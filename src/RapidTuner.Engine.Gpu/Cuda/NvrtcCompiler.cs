using System.Runtime.InteropServices;
using RapidTuner.Engine.Gpu.Kernels;
using static RapidTuner.Engine.Gpu.Cuda.NvrtcNative;

namespace RapidTuner.Engine.Gpu.Cuda;

/// <summary>NVRTC behind <see cref="IKernelCompiler"/>; makes a cubin, which needs no compiler in the driver.</summary>
internal sealed unsafe class NvrtcCompiler : CompilerCalls
{
    /// <inheritdoc/>
    public override string Version => nvrtcVersion(out var major, out var minor) == 0 ? $"nvrtc {major}.{minor}" : "nvrtc";

    /// <inheritdoc/>
    protected override string Name => "nvrtc";

    /// <inheritdoc/>
    protected override IEnumerable<string> Options(string architecture) => [$"--gpu-architecture={architecture}", "--std=c++17", "-default-device"];

    /// <inheritdoc/>
    protected override int Create(out nint program, string source) => nvrtcCreateProgram(out program, source, "kernels.cu", 0, null, null);

    /// <inheritdoc/>
    protected override int Compile(nint program, int count, byte** options) => nvrtcCompileProgram(program, count, options);

    /// <inheritdoc/>
    protected override int LogSize(nint program, out nuint bytes) => nvrtcGetProgramLogSize(program, out bytes);

    /// <inheritdoc/>
    protected override int Log(nint program, byte* to) => nvrtcGetProgramLog(program, to);

    /// <inheritdoc/>
    protected override int ImageSize(nint program, out nuint bytes) => nvrtcGetCUBINSize(program, out bytes);

    /// <inheritdoc/>
    protected override int Image(nint program, byte* to) => nvrtcGetCUBIN(program, to);

    /// <inheritdoc/>
    protected override void Destroy(ref nint program) => _ = nvrtcDestroyProgram(ref program);

    /// <inheritdoc/>
    protected override string ErrorName(int code) => Marshal.PtrToStringUTF8((nint)nvrtcGetErrorString(code)) ?? "unknown";
}
