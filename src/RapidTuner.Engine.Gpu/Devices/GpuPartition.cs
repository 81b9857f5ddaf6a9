namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>A run of units with what the vendor needs to put streams on it: a green context on NVIDIA, nothing on AMD, where the stream carries its mask.</summary>
public sealed class GpuPartition : IDisposable
{
    private readonly GpuDevice _device;
    private readonly GpuHandle? _handle;

    internal GpuPartition(GpuDevice device, GpuHandle? handle, UnitRange range)
    {
        _device = device;
        _handle = handle;
        Range = range;
    }

    /// <summary>Its units.</summary>
    public UnitRange Range { get; }

    /// <summary>A stream on these units. It must be disposed before the partition.</summary>
    public GpuLane CreateStream()
    {
        _device.Enter();
        return new GpuLane(_device, _device.Own(_device.Api.CreateStream(_device.Info, Range, _handle?.Value ?? 0), _device.Api.DestroyStream), Range);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle?.Dispose();
}
