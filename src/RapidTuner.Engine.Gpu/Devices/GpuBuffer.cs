using System.Runtime.InteropServices;

namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>Device memory.</summary>
public sealed class GpuBuffer : IDisposable
{
    private readonly GpuDevice _device;
    private readonly GpuHandle _handle;

    internal GpuBuffer(GpuDevice device, GpuHandle handle, long bytes)
    {
        _device = device;
        _handle = handle;
        Bytes = bytes;
    }

    /// <summary>Size, bytes.</summary>
    public long Bytes { get; }

    /// <summary>Device address.</summary>
    public nint Address => _handle.Value;

    /// <summary>Copies values to the start of the buffer and waits.</summary>
    public unsafe void Upload<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Bytes, nameof(values));
        _device.Enter();
        fixed (byte* from = bytes)
        {
            _device.Api.Upload(Address, from, bytes.Length);
        }
    }

    /// <summary>Copies values from the start of the buffer and waits.</summary>
    public unsafe void Download<T>(Span<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Bytes, nameof(values));
        _device.Enter();
        fixed (byte* to = bytes)
        {
            _device.Api.Download(to, Address, bytes.Length);
        }
    }

    /// <summary>Fills the buffer with one byte value, in stream order.</summary>
    public void Fill(byte value, GpuLane stream)
    {
        _device.Enter();
        _device.Api.Fill(Address, value, Bytes, stream.Handle.Value);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
