using RapidTuner.Engine.Cpu.Execution.Ops;
using RapidTuner.Engine.Cpu.Model;

namespace RapidTuner.Engine.Cpu.Execution;

/// <summary>The operations of a step in order, made once per model. Prefill, decode and both fused run the same ones.</summary>
internal static class StepProgram
{
    public static StepOp[] Of(Decoder decoder, PagedKv kv, SequenceTable sequences)
    {
        var config = decoder.Config;
        var ops = new List<StepOp> { new EmbedOp(decoder) };
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var weights = decoder.Layers[layer];
            ops.Add(new NormOp(weights.AttentionNorm, config.NormEpsilon));
            ops.Add(new MatmulOp(weights.Qkv, b => (b.Normed, b.HiddenStride), b => (b.Qkv, b.QkvStride), b => b.Rows, add: false));
            ops.Add(new RotateOp(decoder, layer, kv, sequences));
            ops.Add(new AttentionOp(config, layer, kv, sequences));
            ops.Add(new MatmulOp(weights.AttentionOut, b => (b.Attended, b.AttendedStride), b => (b.Residual, b.HiddenStride), b => b.Rows, add: true));
            ops.Add(new NormOp(weights.FeedForwardNorm, config.NormEpsilon));
            AddFeedForward(ops, config, weights);
        }

        ops.Add(new LastNormOp(decoder.FinalNorm, config.NormEpsilon));
        ops.Add(new MatmulOp(decoder.Head, b => (b.LastHidden, b.HiddenStride), b => (b.Logits, b.LogitStride), b => b.LogitCount, add: false));
        ops.Add(new DrawOp(config.Vocabulary, sequences));
        return [.. ops];
    }

    private static void AddFeedForward(List<StepOp> ops, DecoderConfig config, LayerWeights weights)
    {
        if (weights.Router is null)
        {
            ops.Add(new MatmulOp(weights.GateUp[0], b => (b.Normed, b.HiddenStride), b => (b.GateUp, b.GateUpStride), b => b.Rows, add: false));
            ops.Add(new ActivateOp(config.FeedForward, b => b.Rows));
            ops.Add(new MatmulOp(weights.Down[0], b => (b.Inner, b.InnerStride), b => (b.Residual, b.HiddenStride), b => b.Rows, add: true));
            return;
        }

        ops.Add(new RouteOp(weights.Router));
        ops.Add(new ExpertMatmulOp(weights.GateUp, b => (b.Gathered!, b.HiddenStride), b => (b.GateUp, b.GateUpStride)));
        ops.Add(new ActivateOp(config.FeedForward, b => b.Routing!.Visits));
        ops.Add(new ExpertMatmulOp(weights.Down, b => (b.Inner, b.InnerStride), b => (b.ExpertOut!, b.HiddenStride)));
        ops.Add(new CombineOp(config.Hidden, config.ExpertsPerToken));
    }
}
