namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>A stream of work on the device, on a partition's units or on all.</summary>
public sealed class GpuLane : IDisposable
{
    private readonly GpuDevice _device;

    internal GpuLane(GpuDevice device, GpuHandle handle, UnitRange? range)
    {
        _device = device;
        Handle = handle;
        Range = range;
    }

    /// <summary>Units that its kernels may use; null for all.</summary>
    public UnitRange? Range { get; }

    /// <summary>How many units that is.</summary>
    public int Units => Range?.Units ?? _device.Info.Units;

    internal GpuHandle Handle { get; }

    /// <summary>Waits until all that was put in is done.</summary>
    public void Synchronise()
    {
        _device.Enter();
        _device.Api.Synchronise(Handle.Value);
    }

    /// <summary>What is put in from now on waits for <paramref name="on"/>.</summary>
    public void Wait(GpuEvent on)
    {
        _device.Enter();
        _device.Api.Wait(Handle.Value, on.Handle.Value);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
