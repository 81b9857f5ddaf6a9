using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>Sizes of a model's operators on one device under tensor parallelism.</summary>
internal sealed class LayerShape
{
    private readonly ModelSpec _model;
    private readonly int _tensorParallel;
    private readonly int _expertReplicas;

    public LayerShape(ModelSpec model, int tensorParallel, int expertReplicas = 1)
    {
        _model = model;
        _tensorParallel = tensorParallel;
        _expertReplicas = model.IsMixtureOfExperts ? expertReplicas : 1;
        QueryWidth = model.HeadsPerDevice(tensorParallel) * model.HeadDim;
        KvWidth = model.KvHeadsPerDevice(tensorParallel) * model.HeadDim;
        FeedForwardInputs = model.Gated ? 2 : 1;
        var activated = ((double)(model.FeedForward + model.SharedExpertFeedForward) / tensorParallel)
            + ((double)model.ExpertsPerToken * model.ExpertFeedForward / tensorParallel);
        ElementwiseElementsPerToken = (8.0 * model.Hidden) + (2 * QueryWidth) + (6 * KvWidth) + ((FeedForwardInputs + 1) * activated);
        Attention = new AttentionShape(model.HeadsPerDevice(tensorParallel), model.KvHeadsPerDevice(tensorParallel), model.HeadDim, model.KvBytesPerElement);
        CollectiveBytesPerToken = (tensorParallel == 1 ? 0 : 2 * 2.0 * model.Hidden * 2 * (tensorParallel - 1) / tensorParallel)
            + (2 * 2.0 * model.Hidden * (_expertReplicas - 1));
        Collectives = (tensorParallel == 1 ? 0 : 2) + (_expertReplicas == 1 ? 0 : 2);
    }

    /// <summary>Width of the queries, elements.</summary>
    public int QueryWidth { get; }

    /// <summary>Width of the keys, elements; that of the values too.</summary>
    public int KvWidth { get; }

    /// <summary>Matrices that enter the feed-forward part: gate and up, or up.</summary>
    public int FeedForwardInputs { get; }

    /// <summary>Elements that norms, rotary embedding, cache writes and activations of one layer read and write per token, each fused as well as can be.</summary>
    public double ElementwiseElementsPerToken { get; }

    /// <summary>Heads of one layer's attention.</summary>
    public AttentionShape Attention { get; }

    /// <summary>
    /// Bytes that one device sends per token and layer: two ring all-reduces under tensor parallelism; where replicas share experts, a token
    /// goes out to the others and its parts come back.
    /// </summary>
    public double CollectiveBytesPerToken { get; }

    /// <summary>Such exchanges per layer.</summary>
    public int Collectives { get; }

    /// <summary>Kernels of matrix products in a layer: four, and three more where experts and shared experts or a router stand in.</summary>
    public int MatmulKernels => 2 + (_model.FeedForward + _model.SharedExpertFeedForward > 0 ? 2 : 0) + (_model.Experts > 0 ? 3 : 0);

    /// <summary>All matrix products of one layer.</summary>
    public GemmCell Layer(GemmLaw law, int tokens, int units)
    {
        var hidden = _model.Hidden;
        var weightBytes = _model.WeightBytesPerParameter;
        var sum = law.Of(tokens, QueryWidth + (2 * KvWidth), hidden, weightBytes, units)
            + law.Of(tokens, hidden, QueryWidth, weightBytes, units);
        var dense = (_model.FeedForward + _model.SharedExpertFeedForward) / _tensorParallel;
        if (dense > 0)
        {
            sum += law.Of(tokens, FeedForwardInputs * dense, hidden, weightBytes, units)
                + law.Of(tokens, hidden, dense, weightBytes, units);
        }

        return _model.Experts > 0 ? sum + Experts(law, tokens, units) : sum;
    }

    /// <summary>True for the name of an operator that this type can size.</summary>
    public static bool Knows(string name) => name is "qkv_proj" or "o_proj" or "gate_up_proj" or "down_proj" or "lm_head"
        or "layernorm" or "final_layernorm" or "embedding" or "rotary_emb" or "qk_norm" or "act_fn" or "sampler";

    /// <summary>A matrix product by the name that tables give it; null for other operators.</summary>
    public GemmCell? Product(string name, GemmLaw law, int tokens, int units)
    {
        var weightBytes = _model.WeightBytesPerParameter;
        var dense = (_model.FeedForward + _model.SharedExpertFeedForward) / _tensorParallel;
        return name switch
        {
            "qkv_proj" => law.Of(tokens, QueryWidth + (2 * KvWidth), _model.Hidden, weightBytes, units),
            "o_proj" => law.Of(tokens, _model.Hidden, QueryWidth, weightBytes, units),
            "gate_up_proj" when dense > 0 => law.Of(tokens, FeedForwardInputs * dense, _model.Hidden, weightBytes, units),
            "down_proj" when dense > 0 => law.Of(tokens, _model.Hidden, dense, weightBytes, units),
            "lm_head" => Head(law, tokens, units),
            _ => null,
        };
    }

    /// <summary>Elements that an elementwise operator of that name reads and writes per token; null for a name it does not know.</summary>
    public double? ElementwiseElements(string name) => name switch
    {
        "layernorm" or "final_layernorm" => 4.0 * _model.Hidden,
        "embedding" => 2.0 * _model.Hidden,
        "rotary_emb" or "qk_norm" => 2.0 * (QueryWidth + KvWidth),
        "act_fn" => (FeedForwardInputs + 1.0) * _model.FeedForward / _tensorParallel,
        "sampler" => 4.0 * _model.Vocabulary,
        _ => null,
    };

    /// <summary>The LM head.</summary>
    public GemmCell Head(GemmLaw law, int rows, int units) =>
        law.Of(rows, Math.Max(1, _model.Vocabulary / _tensorParallel), _model.Hidden, _model.WeightBytesPerParameter, units);

    /// <summary>Expected number of distinct experts that <paramref name="tokens"/> tokens visit, each choosing at random.</summary>
    public double ExpertsTouched(double tokens) =>
        _model.Experts * (1 - Math.Pow(1 - ((double)_model.ExpertsPerToken / _model.Experts), tokens));

    // Replicas that share experts are taken to run steps of the same size at the same time.
    private GemmCell Experts(GemmLaw law, int tokens, int units)
    {
        var touched = ExpertsTouched((double)tokens * _expertReplicas);
        var visits = (double)tokens * _expertReplicas * _model.ExpertsPerToken;
        var inner = Math.Max(1, _model.ExpertFeedForward / (_tensorParallel * _expertReplicas));
        var weightBytes = _model.ExpertWeightBytesPerParameter;
        return law.Of(tokens, _model.Experts, _model.Hidden, _model.WeightBytesPerParameter, units)
            + law.Of(touched, visits / touched, visits, FeedForwardInputs * inner, _model.Hidden, weightBytes, units)
            + law.Of(touched, visits / touched, visits, _model.Hidden, inner, weightBytes, units);
    }
}
