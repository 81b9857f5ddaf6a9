namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>Recorded work, launched as one; it runs on the units of the stream it was recorded on.</summary>
public sealed class GpuGraph : IDisposable
{
    private readonly GpuDevice _device;
    private readonly GpuHandle _handle;

    internal GpuGraph(GpuDevice device, GpuHandle handle)
    {
        _device = device;
        _handle = handle;
    }

    /// <summary>Puts the recording into a stream.</summary>
    public void Launch(GpuLane stream)
    {
        _device.Enter();
        _device.Api.LaunchGraph(_handle.Value, stream.Handle.Value);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
