namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>Loaded kernels.</summary>
public sealed class GpuModule : IDisposable
{
    private readonly GpuDevice _device;
    private readonly GpuHandle _handle;
    private readonly Dictionary<string, nint> _functions = new(StringComparer.Ordinal);

    internal GpuModule(GpuDevice device, GpuHandle handle)
    {
        _device = device;
        _handle = handle;
    }

    /// <summary>A kernel by its name, to be given to <see cref="Launch"/>.</summary>
    public nint Function(string name)
    {
        if (!_functions.TryGetValue(name, out var function))
        {
            _device.Enter();
            function = _device.Api.Function(_handle.Value, name);
            _functions[name] = function;
        }

        return function;
    }

    /// <summary>Launches a kernel.</summary>
    /// <param name="function">From <see cref="Function"/>.</param>
    /// <param name="grid">Blocks.</param>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="stream">Where.</param>
    /// <param name="arguments">The kernel's arguments, 8 bytes each, narrower ones in the low bytes; at most 16.</param>
    public unsafe void Launch(nint function, Grid grid, int threads, GpuLane stream, ReadOnlySpan<ulong> arguments)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arguments.Length, 16, nameof(arguments));
        _device.Enter();
        var pointers = stackalloc void*[16];
        fixed (ulong* first = arguments)
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                pointers[i] = first + i;
            }

            _device.Api.Launch(function, grid, threads, stream.Handle.Value, pointers);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
