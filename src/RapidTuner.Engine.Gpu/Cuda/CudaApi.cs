using System.Runtime.InteropServices;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Gpu.Libraries;
using static RapidTuner.Engine.Gpu.Cuda.CudaNative;

namespace RapidTuner.Engine.Gpu.Cuda;

/// <summary>The CUDA driver behind <see cref="GpuApi"/>.</summary>
internal sealed class CudaApi : GpuApi
{
    private const int MajorAttribute = 75;
    private const int MinorAttribute = 76;
    private const int UnitsAttribute = 16;
    private const uint NonBlocking = 1;
    private const uint GreenDefaultStream = 1;
    private const int CaptureThreadLocal = 1;

    private readonly Lazy<bool> _ready = new(() =>
    {
        Check(cuInit(0), nameof(cuInit));
        return true;
    });

    /// <inheritdoc/>
    public override Vendor Vendor => Vendor.Nvidia;

    /// <inheritdoc/>
    public override int DriverVersion()
    {
        Check(cuDriverGetVersion(out var version), nameof(cuDriverGetVersion));
        return version;
    }

    /// <inheritdoc/>
    public override int DeviceCount()
    {
        _ = _ready.Value;
        Check(cuDeviceGetCount(out var count), nameof(cuDeviceGetCount));
        return count;
    }

    /// <inheritdoc/>
    public override unsafe GpuInfo Describe(int ordinal)
    {
        _ = _ready.Value;
        var device = Device(ordinal);
        Check(cuDeviceTotalMem_v2(out var memory, device), nameof(cuDeviceTotalMem_v2));
        var name = stackalloc byte[256];
        Check(cuDeviceGetName(name, 256, device), nameof(cuDeviceGetName));
        var bus = stackalloc byte[32];
        Check(cuDeviceGetPCIBusId(bus, 32, device), nameof(cuDeviceGetPCIBusId));
        var (major, minor, units) = (Attribute(MajorAttribute, device), Attribute(MinorAttribute, device), Attribute(UnitsAttribute, device));
        var (minUnits, step) = Granularity(major);
        var green = NativeLibraries.Has(NativeLibraries.Cuda, nameof(cuGreenCtxStreamCreate));
        if (green)
        {
            CudaResource all = default;
            Check(cuDeviceGetDevResource(device, &all, CudaResource.Sm), nameof(cuDeviceGetDevResource));
            (minUnits, step) = all.MinPartition > 0 && all.Alignment > 0 ? ((int)all.MinPartition, (int)all.Alignment) : (minUnits, step);
        }

        return new GpuInfo(
            ordinal, Vendor.Nvidia, Text(name), $"sm_{major}{minor}", units, minUnits, step, green ? PartitionMechanism.GreenContext : null, (long)memory, Text(bus));
    }

    /// <inheritdoc/>
    public override nint OpenContext(int ordinal)
    {
        Check(cuDevicePrimaryCtxRetain(out var context, Device(ordinal)), nameof(cuDevicePrimaryCtxRetain));
        return context;
    }

    /// <inheritdoc/>
    public override bool CloseContext(int ordinal) => cuDevicePrimaryCtxRelease_v2(Device(ordinal)) == 0;

    /// <inheritdoc/>
    public override void MakeCurrent(int ordinal, nint context) => Check(cuCtxSetCurrent(context), nameof(cuCtxSetCurrent));

    /// <inheritdoc/>
    public override (long Free, long Total) Memory()
    {
        Check(cuMemGetInfo_v2(out var free, out var total), nameof(cuMemGetInfo_v2));
        return ((long)free, (long)total);
    }

    /// <inheritdoc/>
    public override nint Allocate(long bytes)
    {
        Check(cuMemAlloc_v2(out var address, (nuint)bytes), nameof(cuMemAlloc_v2));
        return address;
    }

    /// <inheritdoc/>
    public override bool DestroyAllocation(nint address) => cuMemFree_v2(address) == 0;

    /// <inheritdoc/>
    public override unsafe void Upload(nint to, void* from, long bytes) => Check(cuMemcpyHtoD_v2(to, from, (nuint)bytes), nameof(cuMemcpyHtoD_v2));

    /// <inheritdoc/>
    public override unsafe void Download(void* to, nint from, long bytes) => Check(cuMemcpyDtoH_v2(to, from, (nuint)bytes), nameof(cuMemcpyDtoH_v2));

    /// <inheritdoc/>
    public override void Fill(nint to, byte value, long bytes, nint stream) => Check(cuMemsetD8Async(to, value, (nuint)bytes, stream), nameof(cuMemsetD8Async));

    /// <inheritdoc/>
    /// <remarks>
    /// The device is split into groups of one step each; a partition joins the groups from its end of the device, so that the palette is nested. A driver
    /// that does not join groups gets a split of the wanted size: its partitions are of that size too, but only the driver knows where they lie.
    /// </remarks>
    public override unsafe nint CreatePartition(GpuInfo device, UnitRange range)
    {
        var id = Device(device.Ordinal);
        CudaResource all = default;
        Check(cuDeviceGetDevResource(id, &all, CudaResource.Sm), nameof(cuDeviceGetDevResource));
        var groups = (uint)(device.Units / device.Step);
        var split = new CudaResource[groups];
        CudaResource rest = default;
        nint description;
        fixed (CudaResource* first = split)
        {
            Check(cuDevSmResourceSplitByCount(first, ref groups, &all, &rest, 0, (uint)device.Step), nameof(cuDevSmResourceSplitByCount));
            var wanted = (uint)(range.Units / device.Step);
            if (groups < wanted)
            {
                throw new GpuException(nameof(cuDevSmResourceSplitByCount), 0, $"{groups} groups of {device.Step} SMs", $"{range.Units} SMs cannot be had");
            }

            var from = range.FromEnd ? groups - wanted : 0;
            if (cuDevResourceGenerateDesc(out description, first + from, wanted) != 0)
            {
                uint one = 1;
                Check(cuDevSmResourceSplitByCount(first, ref one, &all, &rest, 0, (uint)range.Units), nameof(cuDevSmResourceSplitByCount));
                Check(cuDevResourceGenerateDesc(out description, first, 1), nameof(cuDevResourceGenerateDesc));
            }
        }

        Check(cuGreenCtxCreate(out var context, description, id, GreenDefaultStream), nameof(cuGreenCtxCreate));
        return context;
    }

    /// <inheritdoc/>
    public override bool DestroyPartition(nint partition) => cuGreenCtxDestroy(partition) == 0;

    /// <inheritdoc/>
    public override nint CreateStream()
    {
        Check(cuStreamCreate(out var stream, NonBlocking), nameof(cuStreamCreate));
        return stream;
    }

    /// <inheritdoc/>
    public override nint CreateStream(GpuInfo device, UnitRange range, nint partition)
    {
        Check(cuGreenCtxStreamCreate(out var stream, partition, NonBlocking, 0), nameof(cuGreenCtxStreamCreate));
        return stream;
    }

    /// <inheritdoc/>
    public override bool DestroyStream(nint stream) => cuStreamDestroy_v2(stream) == 0;

    /// <inheritdoc/>
    public override void Synchronise(nint stream) => Check(cuStreamSynchronize(stream), nameof(cuStreamSynchronize));

    /// <inheritdoc/>
    public override void Wait(nint stream, nint on) => Check(cuStreamWaitEvent(stream, on, 0), nameof(cuStreamWaitEvent));

    /// <inheritdoc/>
    public override nint CreateEvent()
    {
        Check(cuEventCreate(out var e, 0), nameof(cuEventCreate));
        return e;
    }

    /// <inheritdoc/>
    public override bool DestroyEvent(nint e) => cuEventDestroy_v2(e) == 0;

    /// <inheritdoc/>
    public override void Record(nint e, nint stream) => Check(cuEventRecord(e, stream), nameof(cuEventRecord));

    /// <inheritdoc/>
    public override void SynchroniseEvent(nint e) => Check(cuEventSynchronize(e), nameof(cuEventSynchronize));

    /// <inheritdoc/>
    public override double ElapsedS(nint from, nint to)
    {
        Check(cuEventElapsedTime(out var milliseconds, from, to), nameof(cuEventElapsedTime));
        return milliseconds * 1e-3;
    }

    /// <inheritdoc/>
    public override unsafe nint LoadModule(ReadOnlySpan<byte> image)
    {
        fixed (byte* from = image)
        {
            Check(cuModuleLoadData(out var module, from), nameof(cuModuleLoadData));
            return module;
        }
    }

    /// <inheritdoc/>
    public override bool DestroyModule(nint module) => cuModuleUnload(module) == 0;

    /// <inheritdoc/>
    public override nint Function(nint module, string name)
    {
        Check(cuModuleGetFunction(out var function, module, name), nameof(cuModuleGetFunction));
        return function;
    }

    /// <inheritdoc/>
    public override unsafe void Launch(nint function, Grid grid, int threads, nint stream, void** arguments) =>
        Check(cuLaunchKernel(function, (uint)grid.X, (uint)grid.Y, (uint)grid.Z, (uint)threads, 1, 1, 0, stream, arguments, null), nameof(cuLaunchKernel));

    /// <inheritdoc/>
    public override void BeginCapture(nint stream) => Check(cuStreamBeginCapture_v2(stream, CaptureThreadLocal), nameof(cuStreamBeginCapture_v2));

    /// <inheritdoc/>
    public override nint EndCapture(nint stream)
    {
        Check(cuStreamEndCapture(stream, out var graph), nameof(cuStreamEndCapture));
        var made = cuGraphInstantiateWithFlags(out var executable, graph, 0);
        _ = cuGraphDestroy(graph);
        Check(made, nameof(cuGraphInstantiateWithFlags));
        return executable;
    }

    /// <inheritdoc/>
    public override void LaunchGraph(nint graph, nint stream) => Check(cuGraphLaunch(graph, stream), nameof(cuGraphLaunch));

    /// <inheritdoc/>
    public override bool DestroyGraph(nint graph) => cuGraphExecDestroy(graph) == 0;

    /// <summary>Fewest units and step by compute capability, where the driver does not state them (CUDA driver API, green contexts).</summary>
    internal static (int MinUnits, int Step) Granularity(int major) => major switch
    {
        >= 9 => (8, 8),
        8 => (4, 2),
        7 => (2, 2),
        _ => (1, 1),
    };

    private static int Device(int ordinal)
    {
        Check(cuDeviceGet(out var device, ordinal), nameof(cuDeviceGet));
        return device;
    }

    private static int Attribute(int attribute, int device)
    {
        Check(cuDeviceGetAttribute(out var value, attribute, device), nameof(cuDeviceGetAttribute));
        return value;
    }

    private static unsafe string Text(byte* from) => Marshal.PtrToStringUTF8((nint)from) ?? "";

    private static unsafe void Check(int code, string call)
    {
        if (code != 0)
        {
            throw GpuAdvice.Exception(call, code, cuGetErrorName(code, out var name) == 0 ? Text(name) : "unknown");
        }
    }
}
