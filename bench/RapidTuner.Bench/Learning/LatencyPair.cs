using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Bench.Learning;

/// <summary>A device with a model, as the twin profiles it.</summary>
internal sealed class LatencyPair
{
    private readonly StackSpec _stack;

    public LatencyPair(SpecCatalogue catalogue, string device, string model, CostOptions? cost = null)
    {
        Model = catalogue.Model(model);
        _stack = catalogue.Stack("graphs");
        Cost = new CostModel(catalogue.Device(device), Model, _stack, 1, cost ?? CostOptions.Default);
        Device = catalogue.Device(device);
        Scene = LatencyScene.Of(Device, Model, 1);
    }

    /// <summary>The devices and models of the comparisons.</summary>
    public static IReadOnlyList<(string Device, string Model)> Main { get; } =
    [
        ("mi300x", "llama-3.1-70b"), ("mi300x", "mixtral-8x7b"), ("h200", "llama-3.1-8b"), ("h200", "qwen3-30b-a3b"), ("a100-80g", "qwen2.5-14b"), ("l20", "qwen2.5-3b"),
    ];

    /// <summary>The main pairs whose names contain <paramref name="only"/>, such as <c>mi300x</c> or <c>l20 qwen</c>.</summary>
    public static IEnumerable<LatencyPair> MainOf(SpecCatalogue catalogue, string only) =>
        Main.Where(p => $"{p.Device} {p.Model}".Contains(only, StringComparison.OrdinalIgnoreCase)).Select(p => new LatencyPair(catalogue, p.Device, p.Model));

    public DeviceSpec Device { get; }

    public ModelSpec Model { get; }

    public CostModel Cost { get; }

    public LatencyScene Scene { get; }

    /// <summary>What a designed profile of <paramref name="steps"/> steps logs; <paramref name="noisy"/>: with the stack's chance.</summary>
    public IEnumerable<StepSample> Profile(int steps, ulong seed, bool noisy = true)
    {
        var noise = noisy ? new ProfileNoise(_stack.JitterSigma, _stack.StragglerShare, _stack.StragglerFactor) : new ProfileNoise(0, 0, 1);
        return new ProfileDesign(ProfileRanges.Of(Device, Model, 1), seed).Run(Cost, steps, noise, seed);
    }
}
