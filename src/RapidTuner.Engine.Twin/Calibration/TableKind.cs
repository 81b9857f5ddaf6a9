namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>What a table measures; recognised by its columns.</summary>
public enum TableKind
{
    /// <summary>Whole forward passes of one phase on a share of the device.</summary>
    ShareLatency,

    /// <summary>Single matrix products.</summary>
    Gemm,

    /// <summary>One layer's attention over new tokens.</summary>
    AttentionPrefill,

    /// <summary>One layer's attention of one new token per sequence.</summary>
    AttentionDecode,

    /// <summary>One layer's attention of a hybrid batch.</summary>
    AttentionMixed,

    /// <summary>Other operators of one layer.</summary>
    LayerOps,
}
