namespace RapidTuner.Core.Catalogue;

/// <summary>
/// Shape of a decoder-only transformer, from its published configuration (<see cref="Source"/>). Sizes are those of the
/// whole model; members that take <c>tp</c> give one device's part under tensor parallelism.
/// </summary>
public sealed record ModelSpec : ISpec
{
    /// <summary>Tokens of one KV block, as in vLLM (DESIGN §4).</summary>
    public const int BlockTokens = 16;

    /// <inheritdoc/>
    [SpecName]
    public string Name { get; init; } = "";

    /// <inheritdoc/>
    [Optional]
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The published configuration that the shape was taken from.</summary>
    public required string Source { get; init; }

    /// <summary>Transformer layers.</summary>
    [Bounds(1, 1000)]
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream, elements.</summary>
    [Bounds(64, 65536)]
    public required int Hidden { get; init; }

    /// <summary>Query heads of a layer.</summary>
    [Bounds(1, 1024)]
    public required int Heads { get; init; }

    /// <summary>Key-value heads of a layer; divides <see cref="Heads"/>.</summary>
    [Bounds(1, 1024)]
    public required int KvHeads { get; init; }

    /// <summary>Width of a head, elements; need not be hidden / heads.</summary>
    [Bounds(16, 1024)]
    public required int HeadDim { get; init; }

    /// <summary>Inner width of the dense feed-forward part, elements; 0 where experts take its place.</summary>
    [Bounds(0, 262144)]
    public required int FeedForward { get; init; }

    /// <summary>True when the feed-forward part has a gate beside the up projection (SwiGLU).</summary>
    public required bool Gated { get; init; }

    /// <summary>Rows of the embedding table.</summary>
    [Bounds(256, 1e7)]
    public required int Vocabulary { get; init; }

    /// <summary>Longest request, prompt and output together, tokens.</summary>
    [Bounds(256, 1e8)]
    public required int ContextTokens { get; init; }

    /// <summary>Routed experts of a layer; 0 for a dense model.</summary>
    [Optional]
    [Bounds(0, 65536)]
    public int Experts { get; init; }

    /// <summary>Routed experts that a token visits.</summary>
    [Optional]
    [Bounds(0, 65536)]
    public int ExpertsPerToken { get; init; }

    /// <summary>Inner width of one routed expert, elements.</summary>
    [Optional]
    [Bounds(0, 262144)]
    public int ExpertFeedForward { get; init; }

    /// <summary>Inner width of the experts that every token visits, summed, elements; default 0.</summary>
    [Optional]
    [Bounds(0, 262144)]
    public int SharedExpertFeedForward { get; init; }

    /// <summary>Bytes of a weight; default 2 (bf16).</summary>
    [Optional]
    [Bounds(0.25, 8)]
    public double WeightBytesPerParameter { get; init; } = 2;

    /// <summary>Bytes of a weight of a routed expert; default 2. MXFP4 is 4.25 bits: 0.53125.</summary>
    [Optional]
    [Bounds(0.25, 8)]
    public double ExpertWeightBytesPerParameter { get; init; } = 2;

    /// <summary>Bytes of an element of the KV cache; default 2 (bf16).</summary>
    [Optional]
    [Bounds(0.25, 8)]
    public double KvBytesPerElement { get; init; } = 2;

    /// <summary>True when query, key and value projections add a bias; default false.</summary>
    [Optional]
    public bool QkvBias { get; init; }

    /// <summary>True when the LM head is the embedding table; default false.</summary>
    [Optional]
    public bool TiedEmbeddings { get; init; }

    /// <summary>Layers whose attention sees only the last <see cref="SlidingWindowTokens"/>; default 0. Their KV is charged in full.</summary>
    [Optional]
    [Bounds(0, 1000)]
    public int SlidingWindowLayers { get; init; }

    /// <summary>Tokens that a sliding-window layer sees; default 0.</summary>
    [Optional]
    [Bounds(0, 1e8)]
    public int SlidingWindowTokens { get; init; }

    /// <summary>True for a mixture of experts: the SLO tier `paper` then allows an ITL of 50 ms instead of 100 ms.</summary>
    public bool IsMixtureOfExperts => Experts > 0;

    /// <summary>Matrices of a feed-forward part: gate, up and down, or up and down.</summary>
    public int FeedForwardMatrices => Gated ? 3 : 2;

    /// <summary>All parameters. Biases other than those of query, key and value are left out (under 0.1 %).</summary>
    public double Parameters => DenseParameters(1) + RoutedParameters(Experts);

    /// <summary>Parameters that one token touches: all but the routed experts that it does not visit.</summary>
    public double ActiveParameters => DenseParameters(1) + RoutedParameters(ExpertsPerToken);

    /// <summary>Query heads on one of <paramref name="tp"/> devices.</summary>
    public int HeadsPerDevice(int tp) => Heads / tp;

    /// <summary>Key-value heads on one of <paramref name="tp"/> devices: at least one, so they repeat when devices outnumber them.</summary>
    public int KvHeadsPerDevice(int tp) => Math.Max(1, KvHeads / tp);

    /// <summary>Weights on one of <paramref name="tp"/> devices, bytes.</summary>
    public double WeightBytes(int tp) =>
        (DenseParameters(tp) * WeightBytesPerParameter) + (RoutedParameters(Experts) / tp * ExpertWeightBytesPerParameter);

    /// <summary>KV cache of one token, all layers, on one of <paramref name="tp"/> devices, bytes.</summary>
    public double KvBytesPerToken(int tp) => 2.0 * Layers * KvHeadsPerDevice(tp) * HeadDim * KvBytesPerElement;

    /// <summary>True when the heads divide evenly over <paramref name="tp"/> devices.</summary>
    public bool Supports(int tp) => tp >= 1 && Heads % tp == 0 && (KvHeads % tp == 0 || tp % KvHeads == 0);

    /// <inheritdoc/>
    public void Check(SpecCheck found)
    {
        ArgumentNullException.ThrowIfNull(found);
        found.That(Heads % KvHeads == 0, "kv_heads", $"is {KvHeads} with {Heads} heads", "give a divisor of heads");
        found.That(FeedForward > 0 || Experts > 0, "feed_forward", "is 0 without experts", "give its width, or experts");
        found.That(ExpertsPerToken <= Experts, "experts_per_token", $"is {ExpertsPerToken} of {Experts} experts", "give at most experts");
        found.That(Experts == 0 || (ExpertsPerToken > 0 && ExpertFeedForward > 0), "experts", "are without size", "give experts_per_token and expert_feed_forward");
        found.That(SlidingWindowLayers <= Layers, "sliding_window_layers", $"is {SlidingWindowLayers} of {Layers} layers", "give at most layers");
    }

    private double DenseParameters(int tp)
    {
        var queryWidth = (double)HeadsPerDevice(tp) * HeadDim;
        var kvWidth = (double)KvHeadsPerDevice(tp) * HeadDim;
        var attention = (2 * Hidden * queryWidth) + (2 * Hidden * kvWidth) + (QkvBias ? queryWidth + (2 * kvWidth) : 0);
        var feedForward = FeedForwardMatrices * (double)Hidden * (FeedForward + SharedExpertFeedForward) / tp;
        var normsAndRouter = (2.0 * Hidden) + ((double)Hidden * Experts);
        var embeddings = (TiedEmbeddings ? 1.0 : 2.0) * Vocabulary * Hidden / tp;
        return (Layers * (attention + feedForward + normsAndRouter)) + embeddings + Hidden;
    }

    private double RoutedParameters(int experts) => (double)Layers * experts * FeedForwardMatrices * Hidden * ExpertFeedForward;
}
