using System.Runtime.InteropServices;
using RapidTuner.Engine.Gpu.Libraries;

namespace RapidTuner.Engine.Gpu.Hip;

/// <summary>The HIP runtime API, as far as it is used (ROCm documentation, HIP runtime API reference).</summary>
internal static unsafe partial class HipNative
{
    private const string Library = NativeLibraries.Hip;

    [LibraryImport(Library)]
    internal static partial int hipInit(uint flags);

    [LibraryImport(Library)]
    internal static partial int hipDriverGetVersion(out int version);

    [LibraryImport(Library)]
    internal static partial byte* hipGetErrorName(int error);

    [LibraryImport(Library)]
    internal static partial int hipGetDeviceCount(out int count);

    [LibraryImport(Library)]
    internal static partial int hipSetDevice(int ordinal);

    [LibraryImport(Library)]
    internal static partial int hipDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)]
    internal static partial int hipDeviceGetPCIBusId(byte* id, int length, int device);

    [LibraryImport(Library)]
    internal static partial int hipDeviceTotalMem(out nuint bytes, int device);

    [LibraryImport(Library)]
    internal static partial int hipMemGetInfo(out nuint free, out nuint total);

    [LibraryImport(Library)]
    internal static partial int hipMalloc(out nint address, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int hipFree(nint address);

    [LibraryImport(Library)]
    internal static partial int hipMemcpyHtoD(nint to, void* from, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int hipMemcpyDtoH(void* to, nint from, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int hipMemsetAsync(nint to, int value, nuint bytes, nint stream);

    [LibraryImport(Library)]
    internal static partial int hipStreamCreateWithFlags(out nint stream, uint flags);

    [LibraryImport(Library)]
    internal static partial int hipExtStreamCreateWithCUMask(out nint stream, uint words, uint* mask);

    [LibraryImport(Library)]
    internal static partial int hipStreamDestroy(nint stream);

    [LibraryImport(Library)]
    internal static partial int hipStreamSynchronize(nint stream);

    [LibraryImport(Library)]
    internal static partial int hipStreamWaitEvent(nint stream, nint e, uint flags);

    [LibraryImport(Library)]
    internal static partial int hipEventCreateWithFlags(out nint e, uint flags);

    [LibraryImport(Library)]
    internal static partial int hipEventDestroy(nint e);

    [LibraryImport(Library)]
    internal static partial int hipEventRecord(nint e, nint stream);

    [LibraryImport(Library)]
    internal static partial int hipEventSynchronize(nint e);

    [LibraryImport(Library)]
    internal static partial int hipEventElapsedTime(out float milliseconds, nint from, nint to);

    [LibraryImport(Library)]
    internal static partial int hipModuleLoadData(out nint module, void* image);

    [LibraryImport(Library)]
    internal static partial int hipModuleUnload(nint module);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int hipModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Library)]
    internal static partial int hipModuleLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** arguments, void** extra);

    [LibraryImport(Library)]
    internal static partial int hipStreamBeginCapture(nint stream, int mode);

    [LibraryImport(Library)]
    internal static partial int hipStreamEndCapture(nint stream, out nint graph);

    [LibraryImport(Library)]
    internal static partial int hipGraphInstantiateWithFlags(out nint executable, nint graph, ulong flags);

    [LibraryImport(Library)]
    internal static partial int hipGraphDestroy(nint graph);

    [LibraryImport(Library)]
    internal static partial int hipGraphLaunch(nint executable, nint stream);

    [LibraryImport(Library)]
    internal static partial int hipGraphExecDestroy(nint executable);
}
