using RapidTuner.Engine.Gpu.Blas;
using RapidTuner.Engine.Gpu.Devices;

namespace RapidTuner.Engine.Gpu.Profiling;

/// <summary>Scratch memory of one phase's steps; the phases have their own, since they run at the same time.</summary>
internal sealed class Activations
{
    /// <summary>Allocates for steps of at most <paramref name="tokens"/> tokens.</summary>
    /// <param name="model">Owner of the memory.</param>
    /// <param name="tokens">Most tokens of a step.</param>
    /// <param name="promptTokens">Longest prompt that attends to itself; 0 for decode.</param>
    /// <param name="rows">Most rows that reach the LM head.</param>
    public Activations(DeviceModel model, int tokens, int promptTokens, int rows)
    {
        var shapes = model.Shapes;
        Stream = model.Allocate(2L * tokens * shapes.Model.Hidden);
        Normed = model.Allocate(2L * tokens * shapes.Model.Hidden);
        Qkv = model.Allocate(2L * tokens * shapes.QkvColumns);
        Attended = model.Allocate(2L * tokens * shapes.QueryColumns);
        GateUp = model.Allocate(4L * tokens * shapes.Model.FeedForward);
        Gated = model.Allocate(2L * tokens * shapes.Model.FeedForward);
        Logits = model.Allocate(2L * rows * shapes.Model.Vocabulary);
        Tokens = model.Allocate(4L * rows);
        Scores = model.Allocate(2L * shapes.Model.Heads * promptTokens * promptTokens);
        Positions = model.Upload<int>([.. Enumerable.Range(0, tokens)]);
        Workspace = model.Allocate(GpuBlas.WorkspaceBytes);
    }

    /// <summary>The residual stream.</summary>
    public GpuBuffer Stream { get; }

    /// <summary>The normed stream.</summary>
    public GpuBuffer Normed { get; }

    /// <summary>Queries, keys and values.</summary>
    public GpuBuffer Qkv { get; }

    /// <summary>The attention's result.</summary>
    public GpuBuffer Attended { get; }

    /// <summary>Gate and up.</summary>
    public GpuBuffer GateUp { get; }

    /// <summary>Their product.</summary>
    public GpuBuffer Gated { get; }

    /// <summary>Logits.</summary>
    public GpuBuffer Logits { get; }

    /// <summary>Sampled tokens.</summary>
    public GpuBuffer Tokens { get; }

    /// <summary>Scores of a prompt.</summary>
    public GpuBuffer Scores { get; }

    /// <summary>Positions of the tokens.</summary>
    public GpuBuffer Positions { get; }

    /// <summary>The matrix library's scratch.</summary>
    public GpuBuffer Workspace { get; }

    /// <summary>Bytes that such an object allocates.</summary>
    public static long BytesOf(LayerShapes shapes, int tokens, int promptTokens, int rows) =>
        (2L * tokens * ((2L * shapes.Model.Hidden) + shapes.QkvColumns + shapes.QueryColumns + (3L * shapes.Model.FeedForward) + 2))
        + (2L * rows * shapes.Model.Vocabulary) + (2L * shapes.Model.Heads * promptTokens * promptTokens) + GpuBlas.WorkspaceBytes;
}
