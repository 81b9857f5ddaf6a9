namespace RapidTuner.Engine.Cpu.Model;

/// <summary>The tensors of a decoder under the names that Hugging Face's Llama, Mistral, Qwen 2, Qwen 3, Mixtral and Qwen 3 MoE checkpoints use.</summary>
internal sealed class TensorNames(DecoderConfig config, bool mixtralNames)
{
    public TensorShape Embedding => TensorShape.Matrix("model.embed_tokens.weight", config.Vocabulary, config.Hidden);

    public TensorShape Head => TensorShape.Matrix(config.TiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight", config.Vocabulary, config.Hidden);

    public TensorShape FinalNorm => TensorShape.Vector("model.norm.weight", config.Hidden);

    public TensorShape AttentionNorm(int layer) => TensorShape.Vector($"model.layers.{layer}.input_layernorm.weight", config.Hidden);

    public TensorShape FeedForwardNorm(int layer) => TensorShape.Vector($"model.layers.{layer}.post_attention_layernorm.weight", config.Hidden);

    /// <summary>Query, key and value projections, in this order.</summary>
    public TensorShape[] Qkv(int layer) =>
    [
        TensorShape.Matrix($"model.layers.{layer}.self_attn.q_proj.weight", config.Heads * config.HeadDim, config.Hidden),
        TensorShape.Matrix($"model.layers.{layer}.self_attn.k_proj.weight", config.KvHeads * config.HeadDim, config.Hidden),
        TensorShape.Matrix($"model.layers.{layer}.self_attn.v_proj.weight", config.KvHeads * config.HeadDim, config.Hidden),
    ];

    public TensorShape[] QkvBias(int layer) =>
    [
        TensorShape.Vector($"model.layers.{layer}.self_attn.q_proj.bias", config.Heads * config.HeadDim),
        TensorShape.Vector($"model.layers.{layer}.self_attn.k_proj.bias", config.KvHeads * config.HeadDim),
        TensorShape.Vector($"model.layers.{layer}.self_attn.v_proj.bias", config.KvHeads * config.HeadDim),
    ];

    public TensorShape QueryNorm(int layer) => TensorShape.Vector($"model.layers.{layer}.self_attn.q_norm.weight", config.HeadDim);

    public TensorShape KeyNorm(int layer) => TensorShape.Vector($"model.layers.{layer}.self_attn.k_norm.weight", config.HeadDim);

    public TensorShape AttentionOut(int layer) => TensorShape.Matrix($"model.layers.{layer}.self_attn.o_proj.weight", config.Hidden, config.Heads * config.HeadDim);

    public TensorShape Router(int layer) =>
        TensorShape.Matrix(mixtralNames ? $"model.layers.{layer}.block_sparse_moe.gate.weight" : $"model.layers.{layer}.mlp.gate.weight", config.Experts, config.Hidden);

    /// <summary>Gate and up projections, in this order; <paramref name="expert"/> −1 for the dense part.</summary>
    public TensorShape[] GateUp(int layer, int expert) =>
    [
        TensorShape.Matrix(FeedForward(layer, expert, "gate_proj", "w1"), config.FeedForward, config.Hidden),
        TensorShape.Matrix(FeedForward(layer, expert, "up_proj", "w3"), config.FeedForward, config.Hidden),
    ];

    public TensorShape Down(int layer, int expert) =>
        TensorShape.Matrix(FeedForward(layer, expert, "down_proj", "w2"), config.Hidden, config.FeedForward);

    /// <summary>Every tensor that the decoder needs.</summary>
    public List<TensorShape> All()
    {
        var all = new List<TensorShape> { Embedding, FinalNorm };
        if (!config.TiedEmbeddings)
        {
            all.Add(Head);
        }

        for (var layer = 0; layer < config.Layers; layer++)
        {
            all.AddRange([AttentionNorm(layer), FeedForwardNorm(layer), .. Qkv(layer), AttentionOut(layer)]);
            if (config.QkvBias)
            {
                all.AddRange(QkvBias(layer));
            }

            if (config.QkNorm)
            {
                all.AddRange([QueryNorm(layer), KeyNorm(layer)]);
            }

            if (config.Experts > 0)
            {
                all.Add(Router(layer));
            }

            for (var expert = config.Experts > 0 ? 0 : -1; expert < config.Experts; expert++)
            {
                all.AddRange([.. GateUp(layer, expert), Down(layer, expert)]);
                if (expert < 0)
                {
                    break;
                }
            }
        }

        return all;
    }

    private string FeedForward(int layer, int expert, string plain, string mixtral) =>
        expert < 0 ? $"model.layers.{layer}.mlp.{plain}.weight"
        : mixtralNames ? $"model.layers.{layer}.block_sparse_moe.experts.{expert}.{mixtral}.weight"
        : $"model.layers.{layer}.mlp.experts.{expert}.{plain}.weight";
}
