using RapidTuner.Core.Errors;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Engine.Gpu.Profiling;

/// <summary>
/// A model's weights and a pool of KV cache on a device, filled with noise. Every layer has weights of its own, so that a step reads them from memory as
/// a real one does; where not all fit, steps walk over those that do, again and again.
/// </summary>
internal sealed class DeviceModel : IDisposable
{
    private const int LayersMin = 4;
    private const double KvShare = 0.45;
    private const long ReserveBytes = 2L << 30;

    private readonly List<IDisposable> _owned = [];
    private readonly List<GpuBuffer> _layers = [];

    /// <summary>Allocates and fills.</summary>
    /// <param name="device">The device.</param>
    /// <param name="kernels">Its kernels.</param>
    /// <param name="shapes">The model.</param>
    /// <param name="grid">What will be measured: it sets the size of activations and cache.</param>
    /// <exception cref="BadInputException">The device is too small for a few layers of it.</exception>
    public DeviceModel(GpuDevice device, GpuModule kernels, LayerShapes shapes, ProfileGrid grid)
    {
        (Device, Kernels, Shapes) = (device, kernels, shapes);
        var (tokens, batch) = (grid.PrefillTokens.Max(), grid.DecodeBatches.Max());
        var activations = Activations.BytesOf(shapes, tokens, tokens, 1) + Activations.BytesOf(shapes, batch, 0, batch);
        var free = device.Memory.Free - ReserveBytes - activations - (2 * shapes.HeadElements);
        var wantedKv = 4L * shapes.KvElements * batch * grid.DecodeContexts.Max() * 2;
        var kv = Math.Min((long)(KvShare * free), wantedKv);
        Layers = (int)Math.Min(shapes.Model.Layers, Math.Max(0, free - kv) / (2 * shapes.LayerElements));
        if (Layers < Math.Min(LayersMin, shapes.Model.Layers))
        {
            throw new BadInputException(
                shapes.Model.Name,
                $"{LayersMin} of its layers need {LayersMin * 2 * shapes.LayerElements} bytes beside cache and activations; {device.Info.Name} has {device.Memory.Free} bytes free",
                "take a smaller model, or free device memory");
        }

        try
        {
            for (var i = 0; i < Layers; i++)
            {
                _layers.Add(Noise(2 * shapes.LayerElements, (uint)i + 1));
            }

            Head = Noise(2 * shapes.HeadElements, 0);
            PoolBlocks = kv / 2 / (2L * shapes.KvElements * Core.Catalogue.ModelSpec.BlockTokens);
            Keys = Noise(Math.Max(1, PoolBlocks) * 2 * shapes.KvElements * Core.Catalogue.ModelSpec.BlockTokens, 101);
            Values = Noise(Keys.Bytes, 102);
            Frequencies = Upload<float>([.. Enumerable.Range(0, LayerShapes.HeadDim / 2).Select(i => (float)Math.Pow(500_000, -2.0 * i / LayerShapes.HeadDim))]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The device.</summary>
    public GpuDevice Device { get; }

    /// <summary>Its kernels.</summary>
    public GpuModule Kernels { get; }

    /// <summary>The model's shapes.</summary>
    public LayerShapes Shapes { get; }

    /// <summary>Layers whose weights are held.</summary>
    public int Layers { get; }

    /// <summary>The LM head.</summary>
    public GpuBuffer Head { get; }

    /// <summary>Blocks of the KV pool, shared by the layers.</summary>
    public long PoolBlocks { get; }

    /// <summary>Keys of the pool.</summary>
    public GpuBuffer Keys { get; }

    /// <summary>Values of the pool.</summary>
    public GpuBuffer Values { get; }

    /// <summary>Rotary frequencies.</summary>
    public GpuBuffer Frequencies { get; }

    /// <summary>The addresses of a layer's weights.</summary>
    public LayerWeights Layer(int layer)
    {
        var at = _layers[layer % Layers].Address;
        nint Next(long elements)
        {
            var here = at;
            at += (nint)(2 * elements);
            return here;
        }

        var (hidden, ff) = ((long)Shapes.Model.Hidden, (long)Shapes.Model.FeedForward);
        return new LayerWeights(
            Next(hidden * Shapes.QkvColumns), Next(hidden * Shapes.QueryColumns), Next(hidden * 2 * ff), Next(hidden * ff), Next(hidden), Next(hidden));
    }

    /// <summary>A buffer that lives as long as this.</summary>
    public GpuBuffer Allocate(long bytes) => Own(Device.Allocate(Math.Max(16, bytes)));

    /// <summary>A buffer with values that lives as long as this.</summary>
    public GpuBuffer Upload<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var buffer = Allocate((long)values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        buffer.Upload(values);
        return buffer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }

        _owned.Clear();
    }

    private GpuBuffer Noise(long bytes, uint seed)
    {
        var buffer = Allocate(bytes);
        using var lane = Device.CreateStream();
        Kernels.Launch(
            Kernels.Function("fill_noise"), new Grid(1024), 256, lane, [(ulong)buffer.Address, (ulong)(bytes / 2), BitConverter.SingleToUInt32Bits(0.02f), seed]);
        lane.Synchronise();
        return buffer;
    }

    private GpuBuffer Own(GpuBuffer buffer)
    {
        _owned.Add(buffer);
        return buffer;
    }
}
