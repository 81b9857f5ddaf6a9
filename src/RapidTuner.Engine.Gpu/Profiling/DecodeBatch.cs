using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Gpu.Devices;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Engine.Gpu.Profiling;

/// <summary>A decode batch of equal contexts: its lengths, and for every layer a table of blocks of its own, so that layers do not find each other's keys in a cache.</summary>
internal sealed class DecodeBatch : IDisposable
{
    private readonly GpuBuffer _tables;
    private readonly int _layers;

    /// <summary>Lays a batch out in the pool.</summary>
    /// <param name="model">Whose pool.</param>
    /// <param name="sequences">Sequences.</param>
    /// <param name="contextTokens">Tokens of each, the new one included.</param>
    /// <exception cref="StepMeterException">The pool is too small for one layer of it.</exception>
    public DecodeBatch(DeviceModel model, int sequences, int contextTokens)
    {
        (Sequences, Blocks) = (sequences, (contextTokens + ModelSpec.BlockTokens - 1) / ModelSpec.BlockTokens);
        var perLayer = (long)sequences * Blocks;
        if (perLayer > model.PoolBlocks)
        {
            throw new StepMeterException(
                $"{sequences} sequences of {contextTokens} tokens need {perLayer} blocks of cache a layer; the pool has {model.PoolBlocks}: the device is too small for this point",
                deviceLost: false);
        }

        // Enough parts that even a small batch covers the device; each of at least 128 tokens.
        var wanted = (2 * model.Device.Info.Units) + (sequences * model.Shapes.Model.KvHeads) - 1;
        Parts = Math.Clamp(wanted / (sequences * model.Shapes.Model.KvHeads), 1, Math.Max(1, Math.Min(32, contextTokens / 128)));
        _layers = (int)Math.Min(model.Shapes.Model.Layers, model.PoolBlocks / perLayer);
        var tables = new int[_layers * perLayer];
        for (var i = 0; i < tables.Length; i++)
        {
            tables[i] = i;
        }

        _tables = model.Device.Allocate(4L * tables.Length);
        Lengths = model.Device.Allocate(4L * sequences);
        Partial = model.Device.Allocate(4L * sequences * model.Shapes.Model.Heads * Parts * (LayerShapes.HeadDim + 2));
        _tables.Upload<int>(tables);
        Lengths.Upload<int>(Enumerable.Repeat(contextTokens, sequences).ToArray());
    }

    /// <summary>Sequences.</summary>
    public int Sequences { get; }

    /// <summary>Blocks of a sequence.</summary>
    public int Blocks { get; }

    /// <summary>Parts into which a context is split.</summary>
    public int Parts { get; }

    /// <summary>Tokens of each sequence.</summary>
    public GpuBuffer Lengths { get; }

    /// <summary>Partial results of the attention.</summary>
    public GpuBuffer Partial { get; }

    /// <summary>Address of a layer's block tables.</summary>
    public nint TableOf(int layer) => _tables.Address + (nint)(4L * Sequences * Blocks * (layer % _layers));

    /// <inheritdoc/>
    public void Dispose()
    {
        _tables.Dispose();
        Lengths.Dispose();
        Partial.Dispose();
    }
}
