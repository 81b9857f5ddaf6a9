using RapidTuner.Engine.Gpu.Cuda;
using RapidTuner.Engine.Gpu.Hip;
using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>An open device: the one place where streams, partitions, memory, kernels and graphs are made, whoever its vendor is.</summary>
/// <remarks>Any thread may call; the context is made current to the calling thread by each member.</remarks>
public sealed class GpuDevice : IDisposable
{
    private readonly GpuHandle _context;

    private GpuDevice(GpuApi api, GpuInfo info)
    {
        Api = api;
        Info = info;
        _context = new GpuHandle(api.OpenContext(info.Ordinal), null, _ => api.CloseContext(info.Ordinal));
    }

    /// <summary>What the driver says of it.</summary>
    public GpuInfo Info { get; }

    /// <summary>Free and total memory, bytes.</summary>
    public (long Free, long Total) Memory
    {
        get
        {
            Enter();
            return Api.Memory();
        }
    }

    internal GpuApi Api { get; }

    /// <summary>The devices of both vendors' drivers, NVIDIA first; a driver that is missing or fails contributes none (<see cref="GpuProbe"/> says why).</summary>
    public static IReadOnlyList<GpuInfo> All()
    {
        var found = new List<GpuInfo>();
        foreach (var vendor in Enum.GetValues<Vendor>())
        {
            var api = ApiOf(vendor);
            try
            {
                found.AddRange(Enumerable.Range(0, api.DeviceCount()).Select(api.Describe));
            }
            catch (Exception failure) when (failure is GpuException or DllNotFoundException or EntryPointNotFoundException)
            {
                continue;
            }
        }

        return found;
    }

    /// <summary>Opens a device.</summary>
    /// <exception cref="GpuException">The driver refuses.</exception>
    public static GpuDevice Open(Vendor vendor, int ordinal)
    {
        var api = ApiOf(vendor);
        var count = api.DeviceCount();
        return (uint)ordinal < (uint)count
            ? new GpuDevice(api, api.Describe(ordinal))
            : throw new ArgumentOutOfRangeException(nameof(ordinal), $"{count} devices are visible; there is no device {ordinal}");
    }

    /// <summary>Allocates <paramref name="bytes"/> of device memory.</summary>
    public GpuBuffer Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        Enter();
        return new GpuBuffer(this, Own(Api.Allocate(bytes), Api.DestroyAllocation), bytes);
    }

    /// <summary>A stream on every unit.</summary>
    public GpuLane CreateStream()
    {
        Enter();
        return new GpuLane(this, Own(Api.CreateStream(), Api.DestroyStream), null);
    }

    /// <summary>Makes a partition.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The device has no partition of that size.</exception>
    /// <exception cref="GpuException">The driver refuses.</exception>
    public GpuPartition CreatePartition(UnitRange range)
    {
        if (!Info.AllowedUnits.Contains(range.Units))
        {
            throw new ArgumentOutOfRangeException(
                nameof(range),
                Info.Mechanism is null
                    ? $"{Info.Name} cannot be partitioned with this driver"
                    : $"{range.Units} units: {Info.Name} takes {Info.MinUnits} to {Info.MaxPartitionUnits} in steps of {Info.Step}");
        }

        Enter();
        var raw = Api.CreatePartition(Info, range);
        return new GpuPartition(this, raw == 0 ? null : Own(raw, Api.DestroyPartition), range);
    }

    /// <summary>An event with a time stamp.</summary>
    public GpuEvent CreateEvent()
    {
        Enter();
        return new GpuEvent(this, Own(Api.CreateEvent(), Api.DestroyEvent));
    }

    /// <summary>Loads kernels compiled for <see cref="GpuInfo.Architecture"/>.</summary>
    public GpuModule LoadModule(ReadOnlySpan<byte> image)
    {
        Enter();
        return new GpuModule(this, Own(Api.LoadModule(image), Api.DestroyModule));
    }

    /// <summary>Records what <paramref name="work"/> puts into a stream, to be launched as one.</summary>
    /// <remarks>A recording keeps the partition of the stream that it was made on.</remarks>
    public GpuGraph Capture(GpuLane stream, Action work)
    {
        Enter();
        Api.BeginCapture(stream.Handle.Value);
        try
        {
            work();
        }
        catch
        {
            // The stream must leave capture mode, or nothing can use it again; what the vendor says of a broken recording does not matter.
            try
            {
                Api.DestroyGraph(Api.EndCapture(stream.Handle.Value));
            }
            catch (GpuException)
            {
            }

            throw;
        }

        return new GpuGraph(this, Own(Api.EndCapture(stream.Handle.Value), Api.DestroyGraph));
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    /// <summary>Makes the context current to this thread.</summary>
    internal void Enter() => Api.MakeCurrent(Info.Ordinal, _context.Value);

    /// <summary>Owns a vendor handle: released with the context current, the context outliving it.</summary>
    internal GpuHandle Own(nint raw, Func<nint, bool> destroy) => new(raw, _context, handle =>
    {
        Api.MakeCurrent(Info.Ordinal, _context.DangerousGetHandle());
        return destroy(handle);
    });

    private static GpuApi ApiOf(Vendor vendor) => vendor == Vendor.Nvidia ? new CudaApi() : new HipApi();
}
