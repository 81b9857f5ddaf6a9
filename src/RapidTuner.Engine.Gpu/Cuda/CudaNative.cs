using System.Runtime.InteropServices;
using RapidTuner.Engine.Gpu.Libraries;

namespace RapidTuner.Engine.Gpu.Cuda;

/// <summary>The CUDA driver API, as far as it is used (CUDA driver API reference; green contexts since CUDA 12.4).</summary>
internal static unsafe partial class CudaNative
{
    private const string Library = NativeLibraries.Cuda;

    [LibraryImport(Library)]
    internal static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    internal static partial int cuDriverGetVersion(out int version);

    [LibraryImport(Library)]
    internal static partial int cuGetErrorName(int error, out byte* name);

    [LibraryImport(Library)]
    internal static partial int cuDeviceGetCount(out int count);

    [LibraryImport(Library)]
    internal static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    internal static partial int cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)]
    internal static partial int cuDeviceGetPCIBusId(byte* id, int length, int device);

    [LibraryImport(Library)]
    internal static partial int cuDeviceTotalMem_v2(out nuint bytes, int device);

    [LibraryImport(Library)]
    internal static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library)]
    internal static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Library)]
    internal static partial int cuDevicePrimaryCtxRelease_v2(int device);

    [LibraryImport(Library)]
    internal static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(Library)]
    internal static partial int cuMemGetInfo_v2(out nuint free, out nuint total);

    [LibraryImport(Library)]
    internal static partial int cuMemAlloc_v2(out nint address, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int cuMemFree_v2(nint address);

    [LibraryImport(Library)]
    internal static partial int cuMemcpyHtoD_v2(nint to, void* from, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int cuMemcpyDtoH_v2(void* to, nint from, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int cuMemsetD8Async(nint to, byte value, nuint bytes, nint stream);

    [LibraryImport(Library)]
    internal static partial int cuStreamCreate(out nint stream, uint flags);

    [LibraryImport(Library)]
    internal static partial int cuStreamDestroy_v2(nint stream);

    [LibraryImport(Library)]
    internal static partial int cuStreamSynchronize(nint stream);

    [LibraryImport(Library)]
    internal static partial int cuStreamWaitEvent(nint stream, nint e, uint flags);

    [LibraryImport(Library)]
    internal static partial int cuEventCreate(out nint e, uint flags);

    [LibraryImport(Library)]
    internal static partial int cuEventDestroy_v2(nint e);

    [LibraryImport(Library)]
    internal static partial int cuEventRecord(nint e, nint stream);

    [LibraryImport(Library)]
    internal static partial int cuEventSynchronize(nint e);

    [LibraryImport(Library)]
    internal static partial int cuEventElapsedTime(out float milliseconds, nint from, nint to);

    [LibraryImport(Library)]
    internal static partial int cuModuleLoadData(out nint module, void* image);

    [LibraryImport(Library)]
    internal static partial int cuModuleUnload(nint module);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int cuModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Library)]
    internal static partial int cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** arguments, void** extra);

    [LibraryImport(Library)]
    internal static partial int cuStreamBeginCapture_v2(nint stream, int mode);

    [LibraryImport(Library)]
    internal static partial int cuStreamEndCapture(nint stream, out nint graph);

    [LibraryImport(Library)]
    internal static partial int cuGraphInstantiateWithFlags(out nint executable, nint graph, ulong flags);

    [LibraryImport(Library)]
    internal static partial int cuGraphDestroy(nint graph);

    [LibraryImport(Library)]
    internal static partial int cuGraphLaunch(nint executable, nint stream);

    [LibraryImport(Library)]
    internal static partial int cuGraphExecDestroy(nint executable);

    [LibraryImport(Library)]
    internal static partial int cuDeviceGetDevResource(int device, CudaResource* resource, int type);

    [LibraryImport(Library)]
    internal static partial int cuDevSmResourceSplitByCount(
        CudaResource* result, ref uint groups, CudaResource* input, CudaResource* remaining, uint flags, uint minCount);

    [LibraryImport(Library)]
    internal static partial int cuDevResourceGenerateDesc(out nint description, CudaResource* resources, uint count);

    [LibraryImport(Library)]
    internal static partial int cuGreenCtxCreate(out nint context, nint description, int device, uint flags);

    [LibraryImport(Library)]
    internal static partial int cuGreenCtxDestroy(nint context);

    [LibraryImport(Library)]
    internal static partial int cuGreenCtxStreamCreate(out nint stream, nint context, uint flags, int priority);
}
