using System.Text.Json.Serialization;
using RapidTuner.Core.Catalogue;

namespace RapidTuner.Learning.Latency;

/// <summary>
/// What a latency model is about: a device's datasheet and a model's dimensions. It lives in the artefact, so that a model of
/// another device or model can be told apart and scaled by the datasheets' ratio.
/// </summary>
public sealed record LatencyScene
{
    /// <summary>Device name of the catalogue.</summary>
    public required string Device { get; init; }

    /// <summary>Model name of the catalogue.</summary>
    public required string Model { get; init; }

    /// <summary>Devices of a tensor-parallel group, at least 1.</summary>
    public required int TensorParallel { get; init; }

    /// <summary>Host and launch cost that the steps were logged under, a stack of the catalogue; null: the usual one, or the engine's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stack { get; init; }

    /// <summary>Units of the device.</summary>
    public required int Units { get; init; }

    /// <summary>Peak of dense bf16 matrix products, flop per second.</summary>
    public required double PeakFlopPerS { get; init; }

    /// <summary>Peak bandwidth of memory, bytes per second.</summary>
    public required double MemoryBytesPerS { get; init; }

    /// <summary>Bandwidth of collectives, bytes per second.</summary>
    public required double CollectiveBytesPerS { get; init; }

    /// <summary>Layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream, elements.</summary>
    public required int Hidden { get; init; }

    /// <summary>Operations of matrix products per token on one device, without the LM head.</summary>
    public required double FlopPerToken { get; init; }

    /// <summary>Operations of the LM head per row on one device.</summary>
    public required double FlopPerLogitRow { get; init; }

    /// <summary>Operations of attention per query-key pair over all layers on one device.</summary>
    public required double FlopPerPair { get; init; }

    /// <summary>Weights on one device that every step reads, bytes.</summary>
    public required double DenseWeightBytes { get; init; }

    /// <summary>Weights of routed experts on one device, bytes; 0 for a dense model.</summary>
    public required double RoutedWeightBytes { get; init; }

    /// <summary>Share of the routed experts that one token visits, 0 to 1.</summary>
    public required double RoutedShare { get; init; }

    /// <summary>KV cache of one token on one device, bytes.</summary>
    public required double KvBytesPerToken { get; init; }

    /// <summary>The scene of a catalogue's device and model.</summary>
    public static LatencyScene Of(DeviceSpec device, ModelSpec model, int tensorParallel)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        var tp = (double)tensorParallel;
        var routed = model.Layers * (double)model.Experts * model.FeedForwardMatrices * model.Hidden * model.ExpertFeedForward * model.ExpertWeightBytesPerParameter / tp;
        var head = (double)model.Hidden * model.Vocabulary;
        var embeddings = model.TiedEmbeddings ? head : 2 * head;
        return new LatencyScene
        {
            Device = device.Name,
            Model = model.Name,
            TensorParallel = tensorParallel,
            Units = device.Units,
            PeakFlopPerS = device.PeakBf16FlopPerS,
            MemoryBytesPerS = device.MemoryBytesPerS,
            CollectiveBytesPerS = device.CollectiveBytesPerS,
            Layers = model.Layers,
            Hidden = model.Hidden,
            FlopPerToken = 2 * (model.ActiveParameters - embeddings) / tp,
            FlopPerLogitRow = 2 * head / tp,
            FlopPerPair = 4.0 * model.Layers * model.HeadsPerDevice(tensorParallel) * model.HeadDim,
            DenseWeightBytes = Math.Max(1, model.WeightBytes(tensorParallel) - routed),
            RoutedWeightBytes = routed,
            RoutedShare = model.Experts > 0 ? (double)model.ExpertsPerToken / model.Experts : 0,
            KvBytesPerToken = model.KvBytesPerToken(tensorParallel),
        };
    }

    /// <summary>What makes it impossible, as the end of a sentence; null: nothing does.</summary>
    internal string? Fault()
    {
        if (string.IsNullOrEmpty(Device) || string.IsNullOrEmpty(Model))
        {
            return "does not say of which device and model it is";
        }

        double[] positive =
        [
            PeakFlopPerS, MemoryBytesPerS, CollectiveBytesPerS, FlopPerToken, FlopPerLogitRow, FlopPerPair, DenseWeightBytes, KvBytesPerToken, Layers, Hidden, TensorParallel,
        ];
        return Units is >= 1 and <= 65_536 && positive.All(v => v > 0 && v < 1e30) && RoutedWeightBytes is >= 0 and < 1e30 && RoutedShare is >= 0 and <= 1
            ? null
            : "has a device or model of impossible size";
    }
}
