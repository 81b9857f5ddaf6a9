using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;

namespace RapidTuner.Core.Catalogue;

/// <summary>How a device's memory is divided for one model and palette; what is left holds the KV cache.</summary>
/// <param name="UsableBytes">Memory that the engine may use.</param>
/// <param name="WeightBytes">Weights.</param>
/// <param name="ActivationBytes">Activations of the largest step.</param>
/// <param name="StreamBytes">Masked streams of the palette and what is captured for them.</param>
/// <param name="KvBlocks">KV blocks of <see cref="ModelSpec.BlockTokens"/> tokens that fit in the rest, at least 1.</param>
public sealed record MemoryPlan(double UsableBytes, double WeightBytes, double ActivationBytes, double StreamBytes, int KvBlocks)
{
    /// <summary>Share of the memory that an engine takes. Source: vLLM's default <c>gpu_memory_utilization</c>.</summary>
    public const double UsableShareDefault = 0.9;

    /// <summary>
    /// New tokens of the largest step whose activations are held at once. Chosen: the largest chunk that COMPARISON §2 tunes
    /// over; longer whole prompts are computed in passes of this size, so that every policy pays the same.
    /// </summary>
    public const int ActivationTokens = 8192;

    /// <summary>Sequences whose logits are held at once. Source: vLLM's default <c>max_num_seqs</c>.</summary>
    public const int LogitSequences = 256;

    /// <summary>Tokens that fit in the KV cache.</summary>
    public long KvTokens => (long)KvBlocks * ModelSpec.BlockTokens;

    /// <summary>Plans one of <paramref name="tp"/> devices.</summary>
    /// <param name="device">The device.</param>
    /// <param name="model">The model.</param>
    /// <param name="tp">Devices of a tensor-parallel group, at least 1.</param>
    /// <param name="palette">Its masked streams are charged.</param>
    /// <param name="usableShare">Share of the memory that the engine may use, over 0 to 1.</param>
    /// <exception cref="BadInputException">The heads do not divide over the devices, or not even one block fits.</exception>
    public static MemoryPlan For(DeviceSpec device, ModelSpec model, int tp, Palette palette, double usableShare = UsableShareDefault)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(palette);
        if (!model.Supports(tp))
        {
            throw new BadInputException("tp", $"{model.Name} with {model.Heads} heads and {model.KvHeads} KV heads does not divide over {tp} devices", "give a tp that divides its heads");
        }

        var usableBytes = device.MemoryBytes * usableShare;
        var weightBytes = model.WeightBytes(tp);
        var activationBytes = ActivationBytesOf(model, tp);
        var streamBytes = palette.MaskedStreams * device.PerStreamMemoryBytes.Value;
        var blockBytes = model.KvBytesPerToken(tp) * ModelSpec.BlockTokens;
        var blocks = Math.Floor((usableBytes - weightBytes - activationBytes - streamBytes) / blockBytes);
        if (blocks < 1)
        {
            var neededBytes = weightBytes + activationBytes + streamBytes + blockBytes;
            throw new BadInputException(
                "model",
                $"{model.Name} does not fit {device.Name} with tp {tp}: it needs {neededBytes:F0} bytes ({weightBytes:F0} of weights, {activationBytes:F0} of activations, {streamBytes:F0} of streams and one KV block), the device has {usableBytes:F0} usable of {device.MemoryBytes}",
                "choose a larger device, a smaller model or a higher tp");
        }

        return new MemoryPlan(usableBytes, weightBytes, activationBytes, streamBytes, (int)Math.Min(blocks, int.MaxValue));
    }

    private static double ActivationBytesOf(ModelSpec model, int tp)
    {
        // At the peak a layer holds the residual stream, its normed copy, and the wider of attention's and feed-forward's
        // intermediates, in bf16; logits are held once in bf16 and once in 32 bits.
        var feedForward = model.FeedForwardMatrices * (double)Math.Max(model.FeedForward, (model.ExpertsPerToken * model.ExpertFeedForward) + model.SharedExpertFeedForward) / tp;
        var attention = (2.0 * model.HeadsPerDevice(tp) * model.HeadDim) + (2.0 * model.KvHeadsPerDevice(tp) * model.HeadDim);
        var perTokenBytes = 2 * ((2.0 * model.Hidden) + Math.Max(feedForward, attention));
        return (ActivationTokens * perTokenBytes) + (LogitSequences * 6.0 * model.Vocabulary);
    }
}
