using RapidTuner.Engine.Cpu.Model;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Execution;

/// <summary>
/// Keys and values in blocks of 16 tokens. Within a block and a key-value head, keys are stored element-major (16 tokens of one element side by
/// side: scores of a block are then one vector) and values token-major. Which block is whose is decided here; how many are free is the
/// scheduler's count, which this one never exceeds: a sequence holds ⌈tokens / 16⌉ blocks.
/// </summary>
internal sealed unsafe class PagedKv : IDisposable
{
    /// <summary>Tokens of a block: one AVX-512 vector of scores, and the scheduler's default.</summary>
    public const int BlockTokens = 16;

    private readonly NativeBuffer _keys;
    private readonly NativeBuffer _values;
    private readonly int[] _free;
    private readonly int _kvHeads;
    private readonly int _headDim;
    private readonly long _layerFloats;
    private int _freeCount;

    /// <param name="config">The model.</param>
    /// <param name="blocks">Blocks, ≥ 1.</param>
    public PagedKv(DecoderConfig config, int blocks)
    {
        _kvHeads = config.KvHeads;
        _headDim = config.HeadDim;
        BlockFloats = (long)BlockTokens * _kvHeads * _headDim;
        _layerFloats = BlockFloats * blocks;
        _keys = NativeBuffer.OfFloats(_layerFloats * config.Layers);
        _values = NativeBuffer.OfFloats(_layerFloats * config.Layers);
        Blocks = blocks;
        _free = [.. Enumerable.Range(0, blocks).Reverse()];
        _freeCount = blocks;
    }

    /// <summary>Blocks in all.</summary>
    public int Blocks { get; }

    /// <summary>Blocks that no sequence holds.</summary>
    public int Free => _freeCount;

    /// <summary>Bytes held: blocks × 16 tokens × bytes per token, nothing beside.</summary>
    public long Bytes => _keys.Bytes + _values.Bytes;

    /// <summary>Floats of one block of one layer, keys or values.</summary>
    private long BlockFloats { get; }

    /// <summary>Takes a block. The scheduler has counted before: there is one.</summary>
    public int Take() => _freeCount > 0 ? _free[--_freeCount] : throw new InvalidOperationException("no KV block is free, though the scheduler counted one");

    /// <summary>Gives a block back.</summary>
    public void Give(int block) => _free[_freeCount++] = block;

    /// <summary>Keys of a block and head: headDim × 16.</summary>
    public float* Keys(int layer, int block, int kvHead) => _keys.Floats + At(layer, block, kvHead);

    /// <summary>Values of a block and head: 16 × headDim.</summary>
    public float* Values(int layer, int block, int kvHead) => _values.Floats + At(layer, block, kvHead);

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
    }

    private long At(int layer, int block, int kvHead) => (_layerFloats * layer) + (BlockFloats * block) + ((long)kvHead * BlockTokens * _headDim);
}
