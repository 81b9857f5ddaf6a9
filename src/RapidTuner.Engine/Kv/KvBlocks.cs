namespace RapidTuner.Engine.Kv;

/// <summary>Counts the blocks of a paged KV cache. Which block is whose is the executor's business; how many are free is the scheduler's.</summary>
public sealed class KvBlocks
{
    private readonly int _blockTokens;
    private readonly int _watermark;

    /// <summary>A cache of <paramref name="total"/> blocks.</summary>
    /// <param name="total">Blocks, ≥ 1.</param>
    /// <param name="blockTokens">Tokens per block.</param>
    /// <param name="watermarkShare">Share of the blocks that admission leaves free.</param>
    public KvBlocks(int total, int blockTokens, double watermarkShare)
    {
        Total = total;
        Free = total;
        _blockTokens = blockTokens;
        _watermark = (int)(total * watermarkShare);
    }

    /// <summary>Blocks in all.</summary>
    public int Total { get; }

    /// <summary>Blocks that nobody holds.</summary>
    public int Free { get; private set; }

    /// <summary>Free / total.</summary>
    public double FreeShare => (double)Free / Total;

    /// <summary>Blocks that <paramref name="tokens"/> need.</summary>
    public int For(int tokens) => (int)((tokens + (long)_blockTokens - 1) / _blockTokens);

    /// <summary>True when a prompt of <paramref name="blocks"/> may be admitted: above the watermark, unless the cache is empty.</summary>
    public bool Admits(int blocks) => Free - blocks >= (Free == Total ? 0 : _watermark);

    /// <summary>Takes blocks; the caller has asked before.</summary>
    public void Take(int blocks)
    {
        if (blocks > Free)
        {
            throw new InvalidOperationException($"took {blocks} KV blocks of {Free} free");
        }

        Free -= blocks;
    }

    /// <summary>Gives blocks back.</summary>
    public void Give(int blocks)
    {
        if (Free + blocks > Total)
        {
            throw new InvalidOperationException($"gave back {blocks} KV blocks with {Free} of {Total} free");
        }

        Free += blocks;
    }

    /// <summary>Makes this cache equal to <paramref name="other"/>, which has the same size.</summary>
    public void CopyFrom(KvBlocks other) => Free = other.Free;
}
