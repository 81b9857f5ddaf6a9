using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Gpu.Blas;

namespace RapidTuner.Engine.Gpu.Profiling;

/// <summary>A dense decoder layer's matrices, elements of bf16.</summary>
internal sealed record LayerShapes
{
    /// <summary>Head dimension of the attention kernel.</summary>
    public const int HeadDim = 128;

    /// <summary>Most query heads that the attention kernel lets share a key-value head.</summary>
    public const int GroupMax = 8;

    /// <summary>Takes a model's shapes.</summary>
    /// <exception cref="BadInputException">The profiler's kernels do not cover the model; all reasons at once.</exception>
    public LayerShapes(ModelSpec model)
    {
        Model = model;
        var problems = new Problems();
        if (model.Experts > 0)
        {
            problems.Add(model.Name, "is a mixture of experts", "profile a dense model");
        }

        if (!model.Gated)
        {
            problems.Add(model.Name, "has a feed-forward part without a gate", "profile a model with SwiGLU");
        }

        if (model.HeadDim != HeadDim)
        {
            problems.Add(model.Name, $"has heads of {model.HeadDim} elements", $"the attention kernel takes {HeadDim}");
        }

        if (model.Heads / model.KvHeads > GroupMax)
        {
            problems.Add(model.Name, $"lets {model.Heads / model.KvHeads} query heads share a key-value head", $"the attention kernel takes {GroupMax}");
        }

        if (model.Hidden % 8 != 0 || model.FeedForward % 8 != 0)
        {
            problems.Add(model.Name, "has a width that is no multiple of 8", "the kernels move 8 elements at once");
        }

        problems.ThrowIfAny();
    }

    /// <summary>The model.</summary>
    public ModelSpec Model { get; }

    /// <summary>Query heads that share a key-value head.</summary>
    public int Group => Model.Heads / Model.KvHeads;

    /// <summary>Columns of the fused query, key and value projection.</summary>
    public int QkvColumns => (Model.Heads + (2 * Model.KvHeads)) * HeadDim;

    /// <summary>Columns of all query heads.</summary>
    public int QueryColumns => Model.Heads * HeadDim;

    /// <summary>Elements of one layer's weights.</summary>
    public long LayerElements =>
        ((long)Model.Hidden * (QkvColumns + QueryColumns + (3L * Model.FeedForward))) + (2L * Model.Hidden);

    /// <summary>Elements of the LM head.</summary>
    public long HeadElements => (long)Model.Hidden * Model.Vocabulary;

    /// <summary>Elements of a token's keys, or values, in one layer.</summary>
    public int KvElements => Model.KvHeads * HeadDim;

    /// <summary>Query, key and value projection of <paramref name="tokens"/>.</summary>
    public GemmShape Qkv(int tokens) => new(tokens, QkvColumns, Model.Hidden);

    /// <summary>Output projection.</summary>
    public GemmShape Out(int tokens) => new(tokens, Model.Hidden, QueryColumns);

    /// <summary>Gate and up projection, fused.</summary>
    public GemmShape GateUp(int tokens) => new(tokens, 2 * Model.FeedForward, Model.Hidden);

    /// <summary>Down projection.</summary>
    public GemmShape Down(int tokens) => new(tokens, Model.Hidden, Model.FeedForward);

    /// <summary>LM head over <paramref name="rows"/>.</summary>
    public GemmShape Head(int rows) => new(rows, Model.Vocabulary, Model.Hidden);

    /// <summary>Scores of a prompt: one product a key-value head, its query heads' tokens stacked.</summary>
    public GemmShape Scores(int tokens) =>
        new(Group * tokens, tokens, HeadDim, WeightByColumn: true, Model.KvHeads, (long)Group * tokens * HeadDim, (long)tokens * HeadDim, (long)Group * tokens * tokens);

    /// <summary>Weighted values of a prompt.</summary>
    public GemmShape Values(int tokens) =>
        new(Group * tokens, HeadDim, tokens, WeightByColumn: false, Model.KvHeads, (long)Group * tokens * tokens, (long)tokens * HeadDim, (long)Group * tokens * HeadDim);
}
