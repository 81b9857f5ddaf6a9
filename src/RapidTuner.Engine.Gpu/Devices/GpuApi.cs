using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>
/// A vendor's driver behind one set of words. Handles are the vendor's own and raw here; <see cref="GpuDevice"/> owns them. Every member throws
/// <see cref="GpuException"/> when the vendor's call fails; the <c>Destroy…</c> members return whether it succeeded, since they run in finalizers.
/// All but enumeration want the device's context to be current (<see cref="MakeCurrent"/>).
/// </summary>
internal abstract class GpuApi
{
    /// <summary>Whose driver this is.</summary>
    public abstract Vendor Vendor { get; }

    /// <summary>The driver's version as it states it, such as 12080 for CUDA 12.8.</summary>
    public abstract int DriverVersion();

    /// <summary>Visible devices.</summary>
    public abstract int DeviceCount();

    /// <summary>Describes a device.</summary>
    public abstract GpuInfo Describe(int ordinal);

    /// <summary>Opens the device's primary context.</summary>
    public abstract nint OpenContext(int ordinal);

    /// <summary>Closes it.</summary>
    public abstract bool CloseContext(int ordinal);

    /// <summary>Makes a context current to this thread.</summary>
    public abstract void MakeCurrent(int ordinal, nint context);

    /// <summary>Free and total device memory, bytes.</summary>
    public abstract (long Free, long Total) Memory();

    /// <summary>Allocates device memory.</summary>
    public abstract nint Allocate(long bytes);

    /// <summary>Frees it.</summary>
    public abstract bool DestroyAllocation(nint address);

    /// <summary>Copies to the device and waits.</summary>
    public abstract unsafe void Upload(nint to, void* from, long bytes);

    /// <summary>Copies from the device and waits.</summary>
    public abstract unsafe void Download(void* to, nint from, long bytes);

    /// <summary>Fills device memory with one byte value, in stream order.</summary>
    public abstract void Fill(nint to, byte value, long bytes, nint stream);

    /// <summary>Makes the handle under which streams of a range of units are created; 0 where the mechanism needs none.</summary>
    public abstract nint CreatePartition(GpuInfo device, UnitRange range);

    /// <summary>Gives it back.</summary>
    public abstract bool DestroyPartition(nint partition);

    /// <summary>A stream on the whole device.</summary>
    public abstract nint CreateStream();

    /// <summary>A stream whose kernels run on the units of a partition alone.</summary>
    public abstract nint CreateStream(GpuInfo device, UnitRange range, nint partition);

    /// <summary>Gives a stream back.</summary>
    public abstract bool DestroyStream(nint stream);

    /// <summary>Waits for a stream.</summary>
    public abstract void Synchronise(nint stream);

    /// <summary>Lets a stream wait for an event.</summary>
    public abstract void Wait(nint stream, nint on);

    /// <summary>An event with a time stamp.</summary>
    public abstract nint CreateEvent();

    /// <summary>Gives an event back.</summary>
    public abstract bool DestroyEvent(nint e);

    /// <summary>Records an event in stream order.</summary>
    public abstract void Record(nint e, nint stream);

    /// <summary>Waits for an event.</summary>
    public abstract void SynchroniseEvent(nint e);

    /// <summary>Seconds between two recorded events; resolution about 0.5 µs.</summary>
    public abstract double ElapsedS(nint from, nint to);

    /// <summary>Loads compiled kernels.</summary>
    public abstract nint LoadModule(ReadOnlySpan<byte> image);

    /// <summary>Gives a module back.</summary>
    public abstract bool DestroyModule(nint module);

    /// <summary>A kernel of a module.</summary>
    public abstract nint Function(nint module, string name);

    /// <summary>Launches a kernel; <paramref name="arguments"/> points to one pointer per argument.</summary>
    public abstract unsafe void Launch(nint function, Grid grid, int threads, nint stream, void** arguments);

    /// <summary>Starts to record what is put into a stream.</summary>
    public abstract void BeginCapture(nint stream);

    /// <summary>Ends the recording and makes it launchable.</summary>
    public abstract nint EndCapture(nint stream);

    /// <summary>Launches a recording.</summary>
    public abstract void LaunchGraph(nint graph, nint stream);

    /// <summary>Gives a recording back.</summary>
    public abstract bool DestroyGraph(nint graph);
}
