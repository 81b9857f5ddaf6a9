namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>A time stamp in a stream.</summary>
public sealed class GpuEvent : IDisposable
{
    private readonly GpuDevice _device;

    internal GpuEvent(GpuDevice device, GpuHandle handle)
    {
        _device = device;
        Handle = handle;
    }

    internal GpuHandle Handle { get; }

    /// <summary>Stamps the time at which the work before it in <paramref name="stream"/> is done.</summary>
    public void Record(GpuLane stream)
    {
        _device.Enter();
        _device.Api.Record(Handle.Value, stream.Handle.Value);
    }

    /// <summary>Waits for the stamp.</summary>
    public void Synchronise()
    {
        _device.Enter();
        _device.Api.SynchroniseEvent(Handle.Value);
    }

    /// <summary>Seconds from <paramref name="earlier"/> to this; both must be stamped.</summary>
    public double SecondsSince(GpuEvent earlier)
    {
        _device.Enter();
        return _device.Api.ElapsedS(earlier.Handle.Value, Handle.Value);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
