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

    /// <summary>Host time per sequence of a prefill step, seconds.</summary>
    [Bounds(0, 0.1, "s")]
    public required Constant PrefillPerSequenceS { get; init; }

    /// <summary>Host time per sequence of a decode step, seconds.</summary>
    [Bounds(0, 0.1, "s")]
    public required Constant DecodePerSequenceS { get; init; }

    /// <summary>Kernels of a layer beside its matrix products: norms, rotary embedding, cache write, attention, activation.</summary>
    [Bounds(0, 200, "1")]
    public required Constant OtherKernelsPerLayer { get; init; }

    /// <summary>Memory traffic of those in a prefill step, relative to the least that fused kernels move; ratio.</summary>
    [Bounds(0, 50, "ratio")]
    public required Constant PrefillElementwisePasses { get; init; }

    /// <summary>The same in a decode step, ratio.</summary>
    [Bounds(0, 50, "ratio")]
    public required Constant DecodeElementwisePasses { get; init; }

    /// <summary>Time between two kernels of one stream, seconds.</summary>
    [Bounds(0, 1e-2, "s")]
    public required Constant KernelGapS { get; init; }

    /// <summary>Least time of a prefill layer: its kernels are launched one by one by the host; seconds.</summary>
    [Bounds(0, 0.1, "s")]
    public required Constant PrefillLayerFloorS { get; init; }

    /// <summary>Least time of a decode layer, seconds; 0 where graphs are replayed.</summary>
    [Bounds(0, 0.1, "s")]
    public required Constant DecodeLayerFloorS { get; init; }

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
