namespace RapidTuner.Learning.Latency;

/// <summary>Constants of the law of one phase's steps, as fitted: logarithms, so that all stay positive and a prior is a factor.</summary>
internal static class StepLawConstants
{
    /// <summary>Rate of matrix products, share of the peak.</summary>
    public const int Compute = 0;

    /// <summary>Exponent of the rate of arithmetic in the share of units.</summary>
    public const int ShareExponent = 1;

    /// <summary>Tokens at which matrix products run at half their rate.</summary>
    public const int TokensHalf = 2;

    /// <summary>Bandwidth of weights, share of the peak.</summary>
    public const int Memory = 3;

    /// <summary>Share of units in which bandwidth saturates (f0 of 1 − e^(−share/f0)).</summary>
    public const int BandwidthShare = 4;

    /// <summary>Bandwidth of the KV cache, share of the peak.</summary>
    public const int Kv = 5;

    /// <summary>Rate of attention's arithmetic, share of the peak.</summary>
    public const int Attention = 6;

    /// <summary>New tokens of a sequence at which attention runs at half its rate.</summary>
    public const int LengthHalf = 7;

    /// <summary>How much arithmetic and memory traffic add up instead of overlapping, odds of a share.</summary>
    public const int Adding = 8;

    /// <summary>Time of a step that does nothing, seconds.</summary>
    public const int Base = 9;

    /// <summary>Time of a sequence, seconds.</summary>
    public const int Sequence = 10;

    /// <summary>Time of a token, seconds.</summary>
    public const int Token = 11;

    /// <summary>Least time of a layer, seconds.</summary>
    public const int LayerFloor = 12;

    /// <summary>Time of a collective, seconds.</summary>
    public const int CollectiveStep = 13;

    /// <summary>Bandwidth of collectives, share of the peak.</summary>
    public const int CollectiveRate = 14;

    /// <summary>Slowing of the memory-bound part by the other phase on the whole device.</summary>
    public const int MemoryMeets = 15;

    /// <summary>Further slowing of it by the other phase's memory-bound part.</summary>
    public const int MemoryMeetsMemory = 16;

    /// <summary>Slowing of the compute-bound part by the other phase on the whole device.</summary>
    public const int ComputeMeets = 17;

    /// <summary>Exponent of slowing in the other phase's share of units.</summary>
    public const int MeetsExponent = 18;

    /// <summary>Slowing of the memory-bound part where units are shared.</summary>
    public const int MemoryOverlaps = 19;

    /// <summary>Slowing of the compute-bound part where units are shared.</summary>
    public const int ComputeOverlaps = 20;

    /// <summary>Number of constants.</summary>
    public const int Count = 21;

    /// <summary>Their names, for reports and model cards.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "compute", "share_exponent", "tokens_half", "memory", "bandwidth_share", "kv", "attention", "length_half", "adding", "base", "sequence", "token",
        "layer_floor", "collective_step", "collective_rate", "memory_meets", "memory_meets_memory", "compute_meets", "meets_exponent", "memory_overlaps",
        "compute_overlaps",
    ];

    /// <summary>
    /// What is believed before any measurement: two thirds of the peaks, bandwidth saturating at 0.3 of the units (DESIGN §5's
    /// range is 0.26 to 0.42), microseconds a launch, a tenth to a third lost beside the other phase. Chosen; a fit moves them.
    /// </summary>
    public static IReadOnlyList<double> Prior { get; } =
    [
        Math.Log(0.6), Math.Log(0.85), Math.Log(32), Math.Log(0.75), Math.Log(0.3), Math.Log(0.6), Math.Log(0.35), Math.Log(64), Math.Log(0.25), Math.Log(3e-4),
        Math.Log(5e-6), Math.Log(1e-7), Math.Log(3e-5), Math.Log(1e-5), Math.Log(0.6), Math.Log(0.15), Math.Log(0.1), Math.Log(0.08), Math.Log(1), Math.Log(0.7),
        Math.Log(0.4),
    ];

    /// <summary>How far a fit may move a constant from its prior: standard deviation of a logarithm.</summary>
    public static IReadOnlyList<double> PriorSpread { get; } =
    [
        1, 0.4, 1.5, 1, 0.5, 1, 1, 1.5, 1.5, 2.5,
        2.5, 2.5, 2.5, 2.5, 2, 2, 2, 2, 0.7, 2,
        2,
    ];
}
