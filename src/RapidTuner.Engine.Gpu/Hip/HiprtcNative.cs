using System.Runtime.InteropServices;
using RapidTuner.Engine.Gpu.Libraries;

namespace RapidTuner.Engine.Gpu.Hip;

/// <summary>hipRTC, the run-time compiler.</summary>
internal static unsafe partial class HiprtcNative
{
    private const string Library = NativeLibraries.Hiprtc;

    [LibraryImport(Library)]
    internal static partial byte* hiprtcGetErrorString(int error);

    [LibraryImport(Library)]
    internal static partial int hiprtcVersion(out int major, out int minor);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int hiprtcCreateProgram(out nint program, string source, string name, int headers, byte** texts, byte** names);

    [LibraryImport(Library)]
    internal static partial int hiprtcCompileProgram(nint program, int count, byte** options);

    [LibraryImport(Library)]
    internal static partial int hiprtcGetProgramLogSize(nint program, out nuint bytes);

    [LibraryImport(Library)]
    internal static partial int hiprtcGetProgramLog(nint program, byte* log);

    [LibraryImport(Library)]
    internal static partial int hiprtcGetCodeSize(nint program, out nuint bytes);

    [LibraryImport(Library)]
    internal static partial int hiprtcGetCode(nint program, byte* image);

    [LibraryImport(Library)]
    internal static partial int hiprtcDestroyProgram(ref nint program);
}
