using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin.Calibration;

/// <summary>The laws of one device under one stack, and the cost models made from them. One thread at a time.</summary>
internal sealed class Laws
{
    private readonly Dictionary<(string Model, int TensorParallel), CostModel> _models = [];
    private readonly Dictionary<(string Model, int TensorParallel), LayerShape> _shapes = [];

    public Laws(FittedPair pair)
    {
        Device = pair.Device with { Fits = new SortedDictionary<string, IReadOnlyDictionary<string, Constant>>() };
        Stack = pair.Stack;
        Curves = new ShareCurves(Device);
        Gemm = new GemmLaw(Device, Stack, Curves);
        Attention = new AttentionLaw(Device, Stack, Curves);
        Stream = new StreamLaw(Device, Curves);
    }

    /// <summary>The device with its fits for the stack in place.</summary>
    public DeviceSpec Device { get; }

    /// <summary>The stack, likewise.</summary>
    public StackSpec Stack { get; }

    /// <summary>Bandwidth and clock over units.</summary>
    public ShareCurves Curves { get; }

    /// <summary>Matrix products.</summary>
    public GemmLaw Gemm { get; }

    /// <summary>Attention.</summary>
    public AttentionLaw Attention { get; }

    /// <summary>Elementwise operators.</summary>
    public StreamLaw Stream { get; }

    /// <summary>Whole steps of a model.</summary>
    public CostModel Cost(ModelSpec model, int tensorParallel)
    {
        if (!_models.TryGetValue((model.Name, tensorParallel), out var cost))
        {
            cost = new CostModel(Device, model, Stack, tensorParallel, CostOptions.Default, GemmFill.Cells);
            _models[(model.Name, tensorParallel)] = cost;
        }

        return cost;
    }

    /// <summary>Sizes of a model's operators.</summary>
    public LayerShape Shape(ModelSpec model, int tensorParallel)
    {
        if (!_shapes.TryGetValue((model.Name, tensorParallel), out var shape))
        {
            shape = new LayerShape(model, tensorParallel);
            _shapes[(model.Name, tensorParallel)] = shape;
        }

        return shape;
    }
}
