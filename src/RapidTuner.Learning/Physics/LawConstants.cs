namespace RapidTuner.Learning.Physics;

/// <summary>The law's constants, as fitted: logarithms, so that all stay positive and a prior is a factor.</summary>
internal static class LawConstants
{
    /// <summary>Rate of matrix products, share of the peak.</summary>
    public const int Compute = 0;

    /// <summary>Exponent of the rate of arithmetic in the share of units.</summary>
    public const int ShareExponent = 1;

    /// <summary>Rows at which matrix products run at half their rate.</summary>
    public const int TokensHalf = 2;

    /// <summary>Inner dimension at which matrix products run at half their rate.</summary>
    public const int DepthHalf = 3;

    /// <summary>Bandwidth of weights and activations, share of the peak.</summary>
    public const int Memory = 4;

    /// <summary>Share of units in which bandwidth saturates (f0 of 1 - e^(-share/f0)).</summary>
    public const int BandwidthShare = 5;

    /// <summary>Bandwidth of the KV cache, share of the peak.</summary>
    public const int Kv = 6;

    /// <summary>Norm in which arithmetic and memory overlap, less 1.</summary>
    public const int Norm = 7;

    /// <summary>Rate of attention's arithmetic, share of the peak.</summary>
    public const int Attention = 8;

    /// <summary>Query tokens at which attention runs at half its rate.</summary>
    public const int LengthHalf = 9;

    /// <summary>Time of a row that does nothing.</summary>
    public const int Base = 10;

    /// <summary>Time of a launch.</summary>
    public const int Launch = 11;

    /// <summary>Norm in which launches and the device's work overlap, less 1.</summary>
    public const int LaunchNorm = 12;

    /// <summary>Time of a collective.</summary>
    public const int CommStep = 13;

    /// <summary>Time of 10⁹ bytes of collectives.</summary>
    public const int CommByte = 14;

    /// <summary>How much of a last, partly filled wave of tiles is lost.</summary>
    public const int Wave = 15;

    /// <summary>Time of a sequence.</summary>
    public const int Sequence = 16;

    /// <summary>Number of constants.</summary>
    public const int Count = 17;

    /// <summary>Their names, for reports and artefacts.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "compute", "share_exponent", "tokens_half", "depth_half", "memory", "bandwidth_share", "kv", "norm", "attention", "length_half",
        "base", "launch", "launch_norm", "comm_step", "comm_byte", "wave", "sequence",
    ];

    /// <summary>
    /// Where a fit starts, before times are scaled to the table's: two thirds of the peaks, bandwidth saturating at a quarter of
    /// the units, microseconds a launch. Chosen; a fit moves them by factors.
    /// </summary>
    public static IReadOnlyList<double> Start { get; } =
    [
        Math.Log(0.6), Math.Log(0.8), Math.Log(32), Math.Log(256), Math.Log(0.7), Math.Log(0.25), Math.Log(0.7), Math.Log(1.5), Math.Log(0.4), Math.Log(64),
        Math.Log(0.01), Math.Log(0.01), Math.Log(2), Math.Log(0.02), Math.Log(5), Math.Log(0.5), Math.Log(0.005),
    ];

    /// <summary>How far a fit may move a constant from where it starts: standard deviation of a logarithm.</summary>
    public static IReadOnlyList<double> StartSpread { get; } =
    [
        1, 0.3, 1.5, 1.5, 1, 0.4, 1, 0.7, 1, 1.5,
        2.5, 2.5, 1, 2.5, 2.5, 1, 2.5,
    ];

    /// <summary>True for constants that are times: they scale with the unit of the target.</summary>
    public static bool IsTime(int constant) => constant is Base or Launch or CommStep or CommByte or Sequence;

    /// <summary>True for constants that are rates: they scale against the unit of the target.</summary>
    public static bool IsRate(int constant) => constant is Compute or Memory or Kv or Attention;
}
