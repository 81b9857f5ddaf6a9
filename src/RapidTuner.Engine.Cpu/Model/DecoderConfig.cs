using RapidTuner.Core.Errors;

namespace RapidTuner.Engine.Cpu.Model;

/// <summary>
/// Shape of a Llama-family decoder: RMSNorm, rotary positions, grouped-query attention, SwiGLU, dense or as a mixture of experts. Sizes in elements.
/// </summary>
public sealed record DecoderConfig
{
    /// <summary>Transformer layers, 1 to 1000.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream, a multiple of 16.</summary>
    public required int Hidden { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key-value heads; divides <see cref="Heads"/>.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Width of a head, a multiple of 16.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Inner width of the dense feed-forward part, or of one expert.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Rows of the embedding table.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Longest prompt and reply together, tokens.</summary>
    public required int ContextTokens { get; init; }

    /// <summary>Added to the mean square under the root of RMSNorm. Default 1e-5.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Base of the rotary frequencies. Default 10000.</summary>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Stretching of the rotary frequencies; null for none.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>True when query, key and value projections add a bias (Qwen 2). Default false.</summary>
    public bool QkvBias { get; init; }

    /// <summary>True when each head of queries and keys is RMS-normed before rotation (Qwen 3). Default false.</summary>
    public bool QkNorm { get; init; }

    /// <summary>True when the LM head is the embedding table. Default false.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Experts of a layer; 0 for a dense model. Default 0.</summary>
    public int Experts { get; init; }

    /// <summary>Experts that a token visits. Default 0.</summary>
    public int ExpertsPerToken { get; init; }

    /// <summary>
    /// True when the weights of the visited experts are made to sum to 1 (Mixtral, and Qwen 3 with <c>norm_topk_prob</c>). Default true.
    /// </summary>
    public bool NormaliseExperts { get; init; } = true;

    /// <summary>Query heads that share a key-value head.</summary>
    public int Group => Heads / KvHeads;

    /// <summary>Floats of the KV cache per token, all layers.</summary>
    public long KvFloatsPerToken => 2L * Layers * KvHeads * HeadDim;

    /// <summary>All parameters.</summary>
    public long Parameters
    {
        get
        {
            long attention = (long)Hidden * HeadDim * ((2 * Heads) + (2 * KvHeads));
            long feedForward = 3L * Hidden * FeedForward * Math.Max(1, Experts);
            return (Layers * (attention + feedForward + (2L * Hidden) + ((long)Experts * Hidden))) + ((long)Vocabulary * Hidden * (TiedEmbeddings ? 1 : 2)) + Hidden;
        }
    }

    /// <summary>Adds everything that this engine cannot compute to <paramref name="found"/>.</summary>
    /// <param name="where">File that the shape came from.</param>
    /// <param name="found">The list.</param>
    public void Check(string where, Problems found)
    {
        found.InRange($"{where}: num_hidden_layers", Layers, 1, 1000);
        found.InRange($"{where}: hidden_size", Hidden, 16, 65_536);
        found.InRange($"{where}: num_attention_heads", Heads, 1, 1024);
        found.InRange($"{where}: num_key_value_heads", KvHeads, 1, 1024);
        found.InRange($"{where}: head_dim", HeadDim, 16, 1024);
        found.InRange($"{where}: intermediate_size", FeedForward, 16, 262_144);
        found.InRange($"{where}: vocab_size", Vocabulary, 2, 10_000_000);
        found.InRange($"{where}: max_position_embeddings", ContextTokens, 16, 100_000_000);
        found.InRange($"{where}: rms_norm_eps", NormEpsilon, 0, 1);
        found.InRange($"{where}: rope_theta", RopeTheta, 1, 1e12);
        found.InRange($"{where}: experts", Experts, 0, 1024);
        if (Hidden % 16 != 0 || FeedForward % 16 != 0 || HeadDim % 16 != 0)
        {
            found.Add(where, $"hidden_size {Hidden}, intermediate_size {FeedForward} or head_dim {HeadDim} is no multiple of 16", "only such sizes are supported");
        }

        if (KvHeads < 1 || Heads % KvHeads != 0)
        {
            found.Add($"{where}: num_key_value_heads", $"{KvHeads} does not divide num_attention_heads {Heads}", "give a divisor");
        }

        if (Experts > 0 && (ExpertsPerToken < 1 || ExpertsPerToken > Math.Min(Experts, ExpertsPerTokenMax)))
        {
            found.Add($"{where}: num_experts_per_tok", $"is {ExpertsPerToken} of {Experts} experts", $"give 1 to {Math.Min(Experts, ExpertsPerTokenMax)}");
        }

        if (RopeScaling is { } scaling && !(scaling.Factor >= 1 && scaling.LowFrequencyFactor > 0 && scaling.HighFrequencyFactor > scaling.LowFrequencyFactor && scaling.OriginalContextTokens > 0))
        {
            found.Add($"{where}: rope_scaling", $"has factor {scaling.Factor}, low_freq_factor {scaling.LowFrequencyFactor}, high_freq_factor {scaling.HighFrequencyFactor}, original_max_position_embeddings {scaling.OriginalContextTokens}", "give a factor from 1, factors above 0 that rise, and a context above 0");
        }
    }

    /// <summary>Most experts that a token may visit.</summary>
    public const int ExpertsPerTokenMax = 64;
}
