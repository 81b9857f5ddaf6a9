using RapidTuner.Engine.Gpu.Blas;
using RapidTuner.Engine.Gpu.Devices;

namespace RapidTuner.Engine.Gpu.Profiling;

/// <summary>Puts a whole forward pass into a lane: every layer's products, norms, rotary, attention and gate, the LM head and the sampler.</summary>
/// <remarks>
/// Prompts attend by products and a softmax, a decode batch by the paged kernel. Queries of a prompt are laid out head by head, as a fused attention reads them.
/// The residual additions are left out: engines fuse them into the norms.
/// </remarks>
internal sealed class StepRecorder(DeviceModel model, GpuBlas blas, Activations scratch)
{
    private const int Threads = 256;

    private LayerShapes Shapes => model.Shapes;

    /// <summary>A prompt of <paramref name="tokens"/> tokens.</summary>
    public void Prefill(GpuLane lane, int tokens)
    {
        var heads = Shapes.Model.Heads;
        for (var layer = 0; layer < Shapes.Model.Layers; layer++)
        {
            var weights = model.Layer(layer);
            Project(lane, weights, tokens);
            var keys = scratch.Qkv.Address + (nint)(2L * tokens * Shapes.QueryColumns);
            var values = keys + (nint)(2L * tokens * Shapes.KvElements);
            Gemm(lane, Shapes.Scores(tokens), scratch.Qkv.Address, keys, scratch.Scores.Address);
            Launch("causal_softmax", new Grid(heads * tokens), Threads, lane, [(ulong)scratch.Scores.Address, (ulong)tokens, (ulong)tokens, 0, Float(Scale)]);
            Gemm(lane, Shapes.Values(tokens), scratch.Scores.Address, values, scratch.Attended.Address);
            Feed(lane, weights, tokens);
        }

        Finish(lane, 1);
    }

    /// <summary>A decode iteration over a paged cache.</summary>
    /// <param name="lane">Where.</param>
    /// <param name="batch">The batch and its block tables.</param>
    public void Decode(GpuLane lane, DecodeBatch batch)
    {
        var (kvHeads, heads, tokens) = (Shapes.Model.KvHeads, Shapes.Model.Heads, batch.Sequences);
        for (var layer = 0; layer < Shapes.Model.Layers; layer++)
        {
            var weights = model.Layer(layer);
            Project(lane, weights, tokens);
            var (keys, values) = (model.Keys.Address, model.Values.Address);
            var tables = (ulong)batch.TableOf(layer);
            var (k, v) = (scratch.Qkv.Address + (nint)(2L * Shapes.QueryColumns), scratch.Qkv.Address + (nint)(2L * (Shapes.QueryColumns + Shapes.KvElements)));
            Launch(
                "append_kv", new Grid(tokens), Threads, lane,
                [(ulong)keys, (ulong)values, (ulong)k, (ulong)v, tables, (ulong)batch.Lengths.Address, (ulong)kvHeads, LayerShapes.HeadDim, (ulong)batch.Blocks, (ulong)Shapes.QkvColumns]);
            Attend(lane, batch, layer);
            Launch(
                "merge_attention", new Grid(tokens * heads), 128, lane,
                [(ulong)scratch.Attended.Address, (ulong)batch.Partial.Address, (ulong)heads, (ulong)batch.Parts, (ulong)Shapes.QueryColumns]);
            Feed(lane, weights, tokens);
        }

        Finish(lane, tokens);
    }

    /// <summary>One layer's decode attention alone.</summary>
    public void Attend(GpuLane lane, DecodeBatch batch, int layer) =>
        Launch(
            "decode_attention", new Grid(batch.Sequences, Shapes.Model.KvHeads, batch.Parts), 128, lane,
            [(ulong)batch.Partial.Address, (ulong)scratch.Qkv.Address, (ulong)model.Keys.Address, (ulong)model.Values.Address, (ulong)batch.TableOf(layer),
                (ulong)batch.Lengths.Address, (ulong)Shapes.Model.KvHeads, (ulong)Shapes.Group, (ulong)batch.Blocks, (ulong)Shapes.QkvColumns, (ulong)batch.Parts, Float(Scale)]);

    private static float Scale => (float)(1 / Math.Sqrt(LayerShapes.HeadDim));

    private static ulong Float(float value) => BitConverter.SingleToUInt32Bits(value);

    private void Project(GpuLane lane, LayerWeights weights, int tokens)
    {
        Norm(lane, weights.InputNorm, tokens);
        Gemm(lane, Shapes.Qkv(tokens), scratch.Normed.Address, weights.Qkv, scratch.Qkv.Address);
        Launch(
            "rotary", new Grid(tokens), Threads, lane,
            [(ulong)scratch.Qkv.Address, (ulong)scratch.Positions.Address, (ulong)model.Frequencies.Address, (ulong)(Shapes.Model.Heads + Shapes.Model.KvHeads), LayerShapes.HeadDim, (ulong)Shapes.QkvColumns]);
    }

    private void Feed(GpuLane lane, LayerWeights weights, int tokens)
    {
        Gemm(lane, Shapes.Out(tokens), scratch.Attended.Address, weights.Out, scratch.Stream.Address);
        Norm(lane, weights.FeedNorm, tokens);
        Gemm(lane, Shapes.GateUp(tokens), scratch.Normed.Address, weights.GateUp, scratch.GateUp.Address);
        Launch("silu_gate", new Grid(tokens), Threads, lane, [(ulong)scratch.Gated.Address, (ulong)scratch.GateUp.Address, (ulong)Shapes.Model.FeedForward]);
        Gemm(lane, Shapes.Down(tokens), scratch.Gated.Address, weights.Down, scratch.Stream.Address);
    }

    private void Finish(GpuLane lane, int rows)
    {
        Norm(lane, model.Layer(0).FeedNorm, rows);
        Gemm(lane, Shapes.Head(rows), scratch.Normed.Address, model.Head.Address, scratch.Logits.Address);
        Launch("sample", new Grid(rows), Threads, lane, [(ulong)scratch.Tokens.Address, (ulong)scratch.Logits.Address, (ulong)Shapes.Model.Vocabulary, Float(0.7f), 1]);
    }

    private void Norm(GpuLane lane, nint weight, int tokens) =>
        Launch("rms_norm", new Grid(tokens), Threads, lane, [(ulong)scratch.Normed.Address, (ulong)scratch.Stream.Address, (ulong)weight, (ulong)Shapes.Model.Hidden, Float(1e-5f)]);

    private void Gemm(GpuLane lane, GemmShape shape, nint x, nint w, nint to) => blas.Plan(shape, lane.Units).Run(lane, x, w, to, scratch.Workspace);

    private void Launch(string kernel, Grid grid, int threads, GpuLane lane, ReadOnlySpan<ulong> arguments) =>
        model.Kernels.Launch(model.Kernels.Function(kernel), grid, threads, lane, arguments);
}
