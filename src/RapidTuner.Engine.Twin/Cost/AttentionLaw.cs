using RapidTuner.Core;
using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>
/// Time of one layer's attention. Prefill: blocks of query rows walk over their keys, in waves over the units, while queries,
/// keys, values and outputs pass through memory once. Decode: each block reads its part of the KV cache; the time is that of the
/// bytes or that of the blocks, joined as a 2-norm. Sequences of a step are taken to be equally long.
/// <para>
/// Where a stack runs a hybrid step's attention in one call, decode rows lose what their own kernel does for them: keys are not split
/// over units, the query heads that share keys each walk them alone (and read them again once they have left the cache), and every
/// sequence gets as many row blocks as the longest chunk, all but one of them empty.
/// </para>
/// </summary>
internal sealed class AttentionLaw
{
    /// <summary>Query rows of a block.</summary>
    private const int BlockRows = 64;

    /// <summary>Parts into which a decode sequence's keys are split at most where sequences are few.</summary>
    private const double KeySplitsMax = 128;

    /// <summary>Keys of such a part at least.</summary>
    private const double KeysPerSplitMin = 128;

    /// <summary>Time of an empty block on its unit, seconds. Source: attention-mixed.csv, 128 short decodes beside chunks of 64 to 2048.</summary>
    private const double EmptyBlockS = 3e-7;

    /// <summary>
    /// Sequences per unit from which query heads that share keys run so far apart that none finds them in the cache, and how steeply
    /// that comes. Source: attention-mixed.csv, 32 to 128 decodes of 16,384 tokens.
    /// </summary>
    private const double RereadSequencesPerUnit = 0.6;
    private const double RereadExponent = 2;

    /// <summary>How arithmetic and the keys' traffic overlap in that call. Source: the same rows.</summary>
    private const double SharedCallNorm = 3;

    private readonly ShareCurves _curves;
    private readonly bool _oneCall;
    private readonly double _unitFlopPerS;
    private readonly double _startupKeys;
    private readonly double _streamBytesPerS;
    private readonly double _kvBytesPerS;
    private readonly double _kvLatencyS;
    private readonly double _decodeBlockS;
    private readonly double _hotBytes;
    private readonly double _hotSpeedup;

    public AttentionLaw(DeviceSpec device, StackSpec stack, ShareCurves curves)
    {
        var cost = device.Cost;
        _curves = curves;
        _oneCall = stack.OneAttentionCall;
        _unitFlopPerS = device.PeakBf16FlopPerS * cost.AttentionEfficiency / stack.PrefillAttentionRatio / device.Units;
        _startupKeys = cost.AttentionStartupKeys;
        _streamBytesPerS = device.MemoryBytesPerS * cost.AttentionStreamEfficiency;
        _kvBytesPerS = device.MemoryBytesPerS * cost.KvBandwidthEfficiency / stack.DecodeAttentionRatio;
        _kvLatencyS = cost.KvLatencyS;
        _decodeBlockS = cost.DecodeBlockS * stack.DecodeAttentionRatio;
        _hotBytes = device.L2Bytes * cost.CacheHotShare;
        _hotSpeedup = cost.CacheHotSpeedup;
        PrefillFloorS = cost.AttentionFloorS;
        DecodeFloorS = cost.DecodeAttentionFloorS;
    }

    /// <summary>Time of prefill attention with nothing to do, seconds; not part of what the other members return.</summary>
    public double PrefillFloorS { get; }

    /// <summary>The same of decode attention.</summary>
    public double DecodeFloorS { get; }

    /// <summary>What does not depend on units.</summary>
    public AttentionWork Prepare(in AttentionShape shape, in StepWork prefill, in StepWork decode)
    {
        var blocks = 0.0;
        var keysPerBlock = 0.0;
        var longestKeys = 0.0;
        var prefillBytes = 0.0;
        if (prefill.NewTokens > 0)
        {
            var newTokens = (double)prefill.NewTokens / prefill.Sequences;
            var context = Math.Max(0, (prefill.AttentionPairs / prefill.NewTokens) - ((newTokens + 1) / 2));
            var blocksEach = Math.Ceiling(newTokens / BlockRows);
            blocks = blocksEach * prefill.Sequences * shape.QueryHeads;
            keysPerBlock = context + (BlockRows * (blocksEach + 1) / 2) + _startupKeys;
            longestKeys = context + (BlockRows * blocksEach) + _startupKeys;
            prefillBytes = (4.0 * shape.QueryHeads * shape.HeadDim * prefill.NewTokens)
                + (2 * shape.KvHeads * shape.HeadDim * shape.KvBytesPerElement * ((context * prefill.Sequences) + prefill.NewTokens));
        }

        var blockSPerKey = 4.0 * BlockRows * shape.HeadDim / _unitFlopPerS;
        if (_oneCall && prefill.NewTokens > 0 && decode.Sequences > 0)
        {
            var keys = ((double)decode.ContextTokens / decode.Sequences) + 1;
            var rowBlocks = (double)decode.Sequences * shape.QueryHeads;
            var blocksEach = blocks / (prefill.Sequences * shape.QueryHeads);
            keysPerBlock = ((blocks * keysPerBlock) + (rowBlocks * (keys + _startupKeys))) / (blocks + rowBlocks);
            return new AttentionWork
            {
                PrefillBlocks = blocks + rowBlocks,
                PrefillBlockS = keysPerBlock * blockSPerKey,
                LongestBlockS = Math.Max(longestKeys, keys + _startupKeys) * blockSPerKey,
                PrefillBytes = prefillBytes,
                EmptyUnitS = rowBlocks * (blocksEach - 1) * EmptyBlockS,
                SharedCallBytes = SharedCallBytes(shape, decode.Sequences, keys),
            };
        }

        var decodeBlocks = (double)decode.Sequences * shape.KvHeads;
        var splits = decode.Sequences == 0 ? 0 : Math.Min(KeySplitsMax, 1 + (decode.ContextTokens / (KeysPerSplitMin * decode.Sequences)));
        return new AttentionWork
        {
            PrefillBlocks = blocks,
            PrefillBlockS = keysPerBlock * blockSPerKey,
            LongestBlockS = longestKeys * blockSPerKey,
            PrefillBytes = prefillBytes,
            DecodeUnitS = decodeBlocks * _decodeBlockS,
            DecodeBytes = (2 * shape.KvHeads * shape.HeadDim * shape.KvBytesPerElement * (decode.ContextTokens + decode.NewTokens))
                + (4.0 * shape.QueryHeads * shape.HeadDim * decode.NewTokens),
            DecodeParallelShare = Math.Min(1, decodeBlocks * splits / _curves.Units),
        };
    }

    /// <summary>Arithmetic time of the prefill part on that many units, seconds.</summary>
    public static double PrefillComputeS(in AttentionWork work, int units) =>
        work.PrefillBlocks == 0 ? 0 : Math.Max(work.LongestBlockS, Math.Ceiling(work.PrefillBlocks / units) * work.PrefillBlockS) + (work.EmptyUnitS / units);

    /// <summary>Memory time of the prefill part beyond its arithmetic, seconds.</summary>
    public double PrefillMemoryS(in AttentionWork work, int units)
    {
        var streamS = work.PrefillBytes / (_streamBytesPerS * _curves.BandwidthShare(units));
        if (work.SharedCallBytes == 0)
        {
            return streamS;
        }

        var computeS = PrefillComputeS(work, units);
        var keysS = work.SharedCallBytes / (_kvBytesPerS * _curves.BandwidthShare(units));
        return streamS + Math.Pow(Math.Pow(computeS, SharedCallNorm) + Math.Pow(keysS, SharedCallNorm), 1 / SharedCallNorm) - computeS;
    }

    /// <summary>Time of the decode part with the KV cache in memory, as it is in a step of a whole model; seconds.</summary>
    public double DecodeS(in AttentionWork work, int units) =>
        work.DecodeBytes == 0 ? 0 : DecodeS(work, units, (work.DecodeBytes / DecodeBytesPerS(work, units)) + _kvLatencyS);

    /// <summary>
    /// The same where one call is repeated on the same data, as tables of single kernels are measured: what fits stays in the
    /// cache.
    /// </summary>
    public double RepeatedDecodeS(in AttentionWork work, int units)
    {
        var memoryS = work.DecodeBytes <= _hotBytes
            ? work.DecodeBytes / (DecodeBytesPerS(work, units) * _hotSpeedup)
            : (work.DecodeBytes / DecodeBytesPerS(work, units)) + _kvLatencyS;
        return DecodeS(work, units, memoryS);
    }

    private double SharedCallBytes(in AttentionShape shape, int sequences, double keys)
    {
        var headBytes = sequences * keys * 2 * shape.HeadDim * shape.KvBytesPerElement;
        var apart = Math.Min(1, Math.Pow(sequences / (RereadSequencesPerUnit * _curves.Units), RereadExponent));
        var gone = Math.Max(0, 1 - (_hotBytes / headBytes));
        return headBytes * shape.KvHeads * (1 + (((shape.QueryHeads / (double)shape.KvHeads) - 1) * apart * gone));
    }

    private static double DecodeS(in AttentionWork work, int units, double memoryS)
    {
        var blocksS = work.DecodeUnitS / units;
        return Math.Sqrt((memoryS * memoryS) + (blocksS * blocksS));
    }

    private double DecodeBytesPerS(in AttentionWork work, int units) =>
        _kvBytesPerS * Math.Min(_curves.BandwidthShare(units), _curves.BandwidthShare(Math.Max(1, (int)(work.DecodeParallelShare * _curves.Units))));
}
