namespace RapidTuner.Engine.Twin.Cost;

/// <summary>One layer's attention of a step, before it is known on how many units it runs.</summary>
internal readonly struct AttentionWork
{
    /// <summary>Blocks of query rows over all sequences and heads of the prefill part, each one unit's work at a time.</summary>
    public double PrefillBlocks { get; init; }

    /// <summary>Time of the mean block on its unit, seconds.</summary>
    public double PrefillBlockS { get; init; }

    /// <summary>Time of the longest block on its unit, seconds.</summary>
    public double LongestBlockS { get; init; }

    /// <summary>Bytes that the prefill part moves.</summary>
    public double PrefillBytes { get; init; }

    /// <summary>Unit-seconds of blocks of the grid that find nothing to do and end at once.</summary>
    public double EmptyUnitS { get; init; }

    /// <summary>Bytes of keys and values that decoding sequences read inside the prefill kernel; 0 where they have a kernel of their own.</summary>
    public double SharedCallBytes { get; init; }

    /// <summary>Unit-seconds of the decode part's blocks.</summary>
    public double DecodeUnitS { get; init; }

    /// <summary>Bytes that the decode part moves.</summary>
    public double DecodeBytes { get; init; }

    /// <summary>Share of the device that the decode part can keep busy with loads, 0–1.</summary>
    public double DecodeParallelShare { get; init; }
}
