namespace RapidTuner.Learning.Physics;

/// <summary>
/// What one measured row had a GPU do, in the quantities that its time depends on. What a table does not have is 0, and the law
/// leaves its term out. Times are in the target's own unit; rates are relative to the device's datasheet where it is known.
/// </summary>
internal struct WorkRow
{
    /// <summary>Floating-point operations of matrix products on one device, 10¹².</summary>
    public double Tflop;

    /// <summary>Floating-point operations of attention on one device, 10¹².</summary>
    public double AttentionTflop;

    /// <summary>Bytes of weights read by one device, 10⁹.</summary>
    public double WeightGb;

    /// <summary>Bytes of activations that one device reads and writes, 10⁹.</summary>
    public double ActivationGb;

    /// <summary>Bytes of KV cache read by one device, 10⁹.</summary>
    public double KvGb;

    /// <summary>Rows of the matrix products.</summary>
    public double Tokens;

    /// <summary>Inner dimension of the matrix products.</summary>
    public double Depth;

    /// <summary>Query tokens of a sequence.</summary>
    public double Length;

    /// <summary>Blocks of work that run beside each other.</summary>
    public double Tiles;

    /// <summary>Units that the row may use.</summary>
    public double Units;

    /// <summary>Share of the device's units, 0 (exclusive) to 1.</summary>
    public double Share;

    /// <summary>Things done one after the other by the host or as a kernel: layers, steps.</summary>
    public double Launches;

    /// <summary>Sequences.</summary>
    public double Sequences;

    /// <summary>Collective operations, or anything else that takes its time each.</summary>
    public double CommSteps;

    /// <summary>Bytes that collectives move, 10⁹, or another quantity that takes time in proportion.</summary>
    public double CommGb;

    /// <summary>Peak of the device, 10¹² floating-point operations a second; 1 when it is not known.</summary>
    public double PeakTflopPerS;

    /// <summary>Peak bandwidth of the device, 10⁹ bytes a second; 1 when it is not known.</summary>
    public double PeakGbPerS;

    /// <summary>Added to the logarithm: a rate's amount of work.</summary>
    public double LogOffset;

    /// <summary>True when the target is a rate, which falls as time rises.</summary>
    public bool IsRate;
}
