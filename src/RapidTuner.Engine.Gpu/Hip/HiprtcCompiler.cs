using System.Runtime.InteropServices;
using RapidTuner.Engine.Gpu.Kernels;
using static RapidTuner.Engine.Gpu.Hip.HiprtcNative;

namespace RapidTuner.Engine.Gpu.Hip;

/// <summary>hipRTC behind <see cref="IKernelCompiler"/>.</summary>
internal sealed unsafe class HiprtcCompiler : CompilerCalls
{
    /// <inheritdoc/>
    public override string Version => hiprtcVersion(out var major, out var minor) == 0 ? $"hiprtc {major}.{minor}" : "hiprtc";

    /// <inheritdoc/>
    protected override string Name => "hiprtc";

    /// <inheritdoc/>
    protected override IEnumerable<string> Options(string architecture) => [$"--offload-arch={architecture}", "--std=c++17", "-O3"];

    /// <inheritdoc/>
    protected override int Create(out nint program, string source) => hiprtcCreateProgram(out program, source, "kernels.hip", 0, null, null);

    /// <inheritdoc/>
    protected override int Compile(nint program, int count, byte** options) => hiprtcCompileProgram(program, count, options);

    /// <inheritdoc/>
    protected override int LogSize(nint program, out nuint bytes) => hiprtcGetProgramLogSize(program, out bytes);

    /// <inheritdoc/>
    protected override int Log(nint program, byte* to) => hiprtcGetProgramLog(program, to);

    /// <inheritdoc/>
    protected override int ImageSize(nint program, out nuint bytes) => hiprtcGetCodeSize(program, out bytes);

    /// <inheritdoc/>
    protected override int Image(nint program, byte* to) => hiprtcGetCode(program, to);

    /// <inheritdoc/>
    protected override void Destroy(ref nint program) => _ = hiprtcDestroyProgram(ref program);

    /// <inheritdoc/>
    protected override string ErrorName(int code) => Marshal.PtrToStringUTF8((nint)hiprtcGetErrorString(code)) ?? "unknown";
}
