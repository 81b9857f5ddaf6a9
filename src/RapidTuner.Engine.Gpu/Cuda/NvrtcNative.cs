using System.Runtime.InteropServices;
using RapidTuner.Engine.Gpu.Libraries;

namespace RapidTuner.Engine.Gpu.Cuda;

/// <summary>NVRTC, the run-time compiler.</summary>
internal static unsafe partial class NvrtcNative
{
    private const string Library = NativeLibraries.Nvrtc;

    [LibraryImport(Library)]
    internal static partial byte* nvrtcGetErrorString(int error);

    [LibraryImport(Library)]
    internal static partial int nvrtcVersion(out int major, out int minor);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int nvrtcCreateProgram(out nint program, string source, string name, int headers, byte** texts, byte** names);

    [LibraryImport(Library)]
    internal static partial int nvrtcCompileProgram(nint program, int count, byte** options);

    [LibraryImport(Library)]
    internal static partial int nvrtcGetProgramLogSize(nint program, out nuint bytes);

    [LibraryImport(Library)]
    internal static partial int nvrtcGetProgramLog(nint program, byte* log);

    [LibraryImport(Library)]
    internal static partial int nvrtcGetCUBINSize(nint program, out nuint bytes);

    [LibraryImport(Library)]
    internal static partial int nvrtcGetCUBIN(nint program, byte* image);

    [LibraryImport(Library)]
    internal static partial int nvrtcDestroyProgram(ref nint program);
}
