namespace RapidTuner.Core.Catalogue;

/// <summary>
/// What a serving stack costs beside the device's work: host and launch time, and scatter. A launch floor hides behind
/// longer device work; a fixed cost does not (DESIGN §5).
/// </summary>
public sealed record StackSpec : ISpec
{
    /// <inheritdoc/>
    [SpecName]
    public string Name { get; init; } = "";

    /// <inheritdoc/>
    [Optional]
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What it stands for, one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>Host time of a prefill step that overlaps nothing: scheduling, input preparation, sampling; seconds.</summary>
    [Bounds(0, 1, "s")]
    public required Constant PrefillFixedS { get; init; }

    /// <summary>Host time of a decode step that overlaps nothing, seconds.</summary>
    [Bounds(0, 1, "s")]
    public required Constant DecodeFixedS { get; init; }

    /// <summary>Host time per new token of a prefill step, seconds.</summary>
    [Bounds(0, 1e-3, "s")]
    public required Constant PrefillPerTokenS { get; init; }

    /// <summary>Host time per sequence of a prefill step, seconds.</summary>
    [Bounds(0, 0.1, "s")]
    public required Constant PrefillPerSequenceS { get; init; }

    /// <summary>Host time per sequence of a decode step, seconds.</summary>
    [Bounds(0, 0.1, "s")]
    public required Constant DecodePerSequenceS { get; init; }

    /// <summary>Kernels of a layer beside its matrix products and attention: norms, rotary embedding, cache write, activation.</summary>
    [Bounds(0, 200, "1")]
    public required Constant OtherKernelsPerLayer { get; init; }

    /// <summary>Memory traffic of those in a prefill step, relative to the least that fused kernels move; ratio.</summary>
    [Bounds(0, 50, "ratio")]
    public required Constant PrefillElementwisePasses { get; init; }

    /// <summary>The same in a decode step, ratio.</summary>
    [Bounds(0, 50, "ratio")]
    public required Constant DecodeElementwisePasses { get; init; }

    /// <summary>Time between two kernels of a prefill step, seconds.</summary>
    [Bounds(0, 1e-2, "s")]
    public required Constant PrefillKernelGapS { get; init; }

    /// <summary>Time between two kernels of a decode step, seconds.</summary>
    [Bounds(0, 1e-2, "s")]
    public required Constant DecodeKernelGapS { get; init; }

    /// <summary>Least time of a prefill layer: its kernels are launched one by one by the host; seconds.</summary>
    [Bounds(0, 0.1, "s")]
    public required Constant PrefillLayerFloorS { get; init; }

    /// <summary>Least time of a decode layer, seconds; 0 where graphs are replayed.</summary>
    [Bounds(0, 0.1, "s")]
    public required Constant DecodeLayerFloorS { get; init; }

    /// <summary>What tensor parallelism adds to the least time of a layer: the host launches collectives too; seconds.</summary>
    [Bounds(0, 0.1, "s")]
    public required Constant CollectiveLayerFloorS { get; init; }

    /// <summary>What this stack adds to the floor of every matrix product: time around the kernel, as where the host times single calls; seconds.</summary>
    [Bounds(0, 1e-3, "s")]
    public required Constant KernelOverheadS { get; init; }

    /// <summary>Arithmetic time of this stack's matrix products relative to the library that the devices' constants describe, ratio.</summary>
    [Bounds(0.1, 10, "ratio")]
    public required Constant MatmulRatio { get; init; }

    /// <summary>Time to stream weights relative to that library, ratio.</summary>
    [Bounds(0.1, 10, "ratio")]
    public required Constant WeightStreamRatio { get; init; }

    /// <summary>Arithmetic time of this stack's prefill attention relative to the kernels that the devices' constants describe, ratio.</summary>
    [Bounds(0.1, 20, "ratio")]
    public required Constant PrefillAttentionRatio { get; init; }

    /// <summary>Time of this stack's decode attention relative to those kernels, ratio.</summary>
    [Bounds(0.1, 20, "ratio")]
    public required Constant DecodeAttentionRatio { get; init; }

    /// <summary>Bytes of a matrix product's operands where smaller than the model's; default 2, 1 for fp8.</summary>
    [Optional]
    [Bounds(0.25, 8)]
    public double MatmulOperandBytes { get; init; } = 2;

    /// <summary>
    /// True where a hybrid step's attention is one call of the prefill kernel for both phases, as FlashAttention 2 under vLLM: a decoding
    /// sequence then costs a row block per query head. False, the default: each phase has its own kernel.
    /// </summary>
    [Optional]
    public bool OneAttentionCall { get; init; }

    /// <summary>σ of the lognormal factor on a step's time.</summary>
    [Bounds(0, 1, "1")]
    public required Constant JitterSigma { get; init; }

    /// <summary>Probability that a step is a straggler.</summary>
    [Bounds(0, 0.5, "share")]
    public required Constant StragglerShare { get; init; }

    /// <summary>Factor on a straggler's time.</summary>
    [Bounds(1, 100, "ratio")]
    public required Constant StragglerFactor { get; init; }

    /// <inheritdoc/>
    public void Check(SpecCheck found)
    {
        // Every key is fine by itself.
    }
}
