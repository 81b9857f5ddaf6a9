using System.Runtime.InteropServices;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Devices;
using static RapidTuner.Engine.Gpu.Hip.HipNative;

namespace RapidTuner.Engine.Gpu.Hip;

/// <summary>The HIP runtime behind <see cref="GpuApi"/>. A partition is a mask that its streams carry, so that there is no handle for it.</summary>
internal sealed class HipApi : GpuApi
{
    private const uint NonBlocking = 1;
    private const int CaptureThreadLocal = 1;

    private readonly Lazy<bool> _ready = new(() =>
    {
        Check(hipInit(0), nameof(hipInit));
        return true;
    });

    /// <inheritdoc/>
    public override Vendor Vendor => Vendor.Amd;

    /// <inheritdoc/>
    public override int DriverVersion()
    {
        Check(hipDriverGetVersion(out var version), nameof(hipDriverGetVersion));
        return version;
    }

    /// <inheritdoc/>
    public override int DeviceCount()
    {
        _ = _ready.Value;
        Check(hipGetDeviceCount(out var count), nameof(hipGetDeviceCount));
        return count;
    }

    /// <inheritdoc/>
    public override unsafe GpuInfo Describe(int ordinal)
    {
        _ = _ready.Value;
        var name = stackalloc byte[256];
        Check(hipDeviceGetName(name, 256, ordinal), nameof(hipDeviceGetName));
        var bus = stackalloc byte[64];
        Check(hipDeviceGetPCIBusId(bus, 64, ordinal), nameof(hipDeviceGetPCIBusId));
        Check(hipDeviceTotalMem(out var memory, ordinal), nameof(hipDeviceTotalMem));
        var place = Text(bus);
        var node = KfdNode.All().FirstOrDefault(n => n.PciBusId.Equals(place, StringComparison.OrdinalIgnoreCase))
            ?? throw new GpuException(
                nameof(hipDeviceGetPCIBusId), 0, place, $"the kernel's topology has no device there; is {KfdNode.DefaultFolder} visible in this container?");

        // One unit of every die at a time, so that each partition is balanced over the dies.
        return new GpuInfo(ordinal, Vendor.Amd, Text(name), node.Architecture, node.Units, node.Dies, node.Dies, PartitionMechanism.CuMask, (long)memory, place);
    }

    /// <inheritdoc/>
    public override nint OpenContext(int ordinal)
    {
        Check(hipSetDevice(ordinal), nameof(hipSetDevice));
        return ordinal + 1;
    }

    /// <inheritdoc/>
    public override bool CloseContext(int ordinal) => true;

    /// <inheritdoc/>
    public override void MakeCurrent(int ordinal, nint context) => Check(hipSetDevice(ordinal), nameof(hipSetDevice));

    /// <inheritdoc/>
    public override (long Free, long Total) Memory()
    {
        Check(hipMemGetInfo(out var free, out var total), nameof(hipMemGetInfo));
        return ((long)free, (long)total);
    }

    /// <inheritdoc/>
    public override nint Allocate(long bytes)
    {
        Check(hipMalloc(out var address, (nuint)bytes), nameof(hipMalloc));
        return address;
    }

    /// <inheritdoc/>
    public override bool DestroyAllocation(nint address) => hipFree(address) == 0;

    /// <inheritdoc/>
    public override unsafe void Upload(nint to, void* from, long bytes) => Check(hipMemcpyHtoD(to, from, (nuint)bytes), nameof(hipMemcpyHtoD));

    /// <inheritdoc/>
    public override unsafe void Download(void* to, nint from, long bytes) => Check(hipMemcpyDtoH(to, from, (nuint)bytes), nameof(hipMemcpyDtoH));

    /// <inheritdoc/>
    public override void Fill(nint to, byte value, long bytes, nint stream) => Check(hipMemsetAsync(to, value, (nuint)bytes, stream), nameof(hipMemsetAsync));

    /// <inheritdoc/>
    public override nint CreatePartition(GpuInfo device, UnitRange range) => 0;

    /// <inheritdoc/>
    public override bool DestroyPartition(nint partition) => true;

    /// <inheritdoc/>
    public override nint CreateStream()
    {
        Check(hipStreamCreateWithFlags(out var stream, NonBlocking), nameof(hipStreamCreateWithFlags));
        return stream;
    }

    /// <inheritdoc/>
    public override unsafe nint CreateStream(GpuInfo device, UnitRange range, nint partition)
    {
        var mask = CuMask.Of(device.Units, range);
        fixed (uint* words = mask)
        {
            Check(hipExtStreamCreateWithCUMask(out var stream, (uint)mask.Length, words), nameof(hipExtStreamCreateWithCUMask));
            return stream;
        }
    }

    /// <inheritdoc/>
    public override bool DestroyStream(nint stream) => hipStreamDestroy(stream) == 0;

    /// <inheritdoc/>
    public override void Synchronise(nint stream) => Check(hipStreamSynchronize(stream), nameof(hipStreamSynchronize));

    /// <inheritdoc/>
    public override void Wait(nint stream, nint on) => Check(hipStreamWaitEvent(stream, on, 0), nameof(hipStreamWaitEvent));

    /// <inheritdoc/>
    public override nint CreateEvent()
    {
        Check(hipEventCreateWithFlags(out var e, 0), nameof(hipEventCreateWithFlags));
        return e;
    }

    /// <inheritdoc/>
    public override bool DestroyEvent(nint e) => hipEventDestroy(e) == 0;

    /// <inheritdoc/>
    public override void Record(nint e, nint stream) => Check(hipEventRecord(e, stream), nameof(hipEventRecord));

    /// <inheritdoc/>
    public override void SynchroniseEvent(nint e) => Check(hipEventSynchronize(e), nameof(hipEventSynchronize));

    /// <inheritdoc/>
    public override double ElapsedS(nint from, nint to)
    {
        Check(hipEventElapsedTime(out var milliseconds, from, to), nameof(hipEventElapsedTime));
        return milliseconds * 1e-3;
    }

    /// <inheritdoc/>
    public override unsafe nint LoadModule(ReadOnlySpan<byte> image)
    {
        fixed (byte* from = image)
        {
            Check(hipModuleLoadData(out var module, from), nameof(hipModuleLoadData));
            return module;
        }
    }

    /// <inheritdoc/>
    public override bool DestroyModule(nint module) => hipModuleUnload(module) == 0;

    /// <inheritdoc/>
    public override nint Function(nint module, string name)
    {
        Check(hipModuleGetFunction(out var function, module, name), nameof(hipModuleGetFunction));
        return function;
    }

    /// <inheritdoc/>
    public override unsafe void Launch(nint function, Grid grid, int threads, nint stream, void** arguments) =>
        Check(
            hipModuleLaunchKernel(function, (uint)grid.X, (uint)grid.Y, (uint)grid.Z, (uint)threads, 1, 1, 0, stream, arguments, null),
            nameof(hipModuleLaunchKernel));

    /// <inheritdoc/>
    public override void BeginCapture(nint stream) => Check(hipStreamBeginCapture(stream, CaptureThreadLocal), nameof(hipStreamBeginCapture));

    /// <inheritdoc/>
    public override nint EndCapture(nint stream)
    {
        Check(hipStreamEndCapture(stream, out var graph), nameof(hipStreamEndCapture));
        var made = hipGraphInstantiateWithFlags(out var executable, graph, 0);
        _ = hipGraphDestroy(graph);
        Check(made, nameof(hipGraphInstantiateWithFlags));
        return executable;
    }

    /// <inheritdoc/>
    public override void LaunchGraph(nint graph, nint stream) => Check(hipGraphLaunch(graph, stream), nameof(hipGraphLaunch));

    /// <inheritdoc/>
    public override bool DestroyGraph(nint graph) => hipGraphExecDestroy(graph) == 0;

    private static unsafe string Text(byte* from) => Marshal.PtrToStringUTF8((nint)from) ?? "";

    private static unsafe void Check(int code, string call)
    {
        if (code != 0)
        {
            throw GpuAdvice.Exception(call, code, Text(hipGetErrorName(code)));
        }
    }
}
