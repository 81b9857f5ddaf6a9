using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>
/// The twin's law of time: how long a step takes on a number of units, alone or beside the other phase (DESIGN §5).
/// Noise-free. A step's work is prepared once, when it is launched; its time on any units is then a few lookups.
/// Allocates only when it meets a size or a unit count for the first time.
/// </summary>
public sealed class CostModel : IStepLatency
{
    /// <summary>Elementwise operators of a layer among which its traffic is divided: two norms, rotary embedding, cache write, activation.</summary>
    private const double StreamOperators = 5;

    private readonly ModelSpec _model;
    private readonly StackSpec _stack;
    private readonly LayerShape _shape;
    private readonly ShareCurves _curves;
    private readonly GemmTable _layers;
    private readonly GemmTable _heads;
    private readonly Contention _contention;
    private readonly double _prefillLaunchS;
    private readonly double _decodeLaunchS;
    private readonly double _collectiveFloorS;
    private readonly double _collectivesS;
    private readonly double _collectiveBytesPerS;
    private readonly AttentionLaw _attention;
    private readonly StreamLaw _stream;
    private readonly double _windowedShare;

    /// <summary>The law for one pair of device and model under a stack.</summary>
    /// <param name="device">The device; its constants are perturbed as the options say.</param>
    /// <param name="model">The model.</param>
    /// <param name="stack">The stack: host and launch cost.</param>
    /// <param name="tensorParallel">Devices that share each layer, ≥ 1.</param>
    /// <param name="options">What tables cannot settle.</param>
    public CostModel(DeviceSpec device, ModelSpec model, StackSpec stack, int tensorParallel, CostOptions options)
        : this(device, model, stack, tensorParallel, options, GemmFill.Columns)
    {
    }

    internal CostModel(DeviceSpec device, ModelSpec model, StackSpec stack, int tensorParallel, CostOptions options, GemmFill fill)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(tensorParallel, 1);
        var fitted = FittedPair.Of(device, stack);
        Device = Perturbation.Of(fitted.Device, options);
        _stack = Perturbation.Of(fitted.Stack, options);
        _model = model;
        _shape = new LayerShape(model, tensorParallel, options.ExpertReplicas);
        _curves = new ShareCurves(Device);
        var law = new GemmLaw(Device, _stack, _curves);
        _layers = new GemmTable(Device.Units, (tokens, units) => _shape.Layer(law, tokens, units), fill);
        _heads = new GemmTable(Device.Units, (rows, units) => _shape.Head(law, rows, units), fill);
        _attention = new AttentionLaw(Device, _stack, _curves);
        _contention = new Contention(Device, _curves, options);
        var cost = Device.Cost;
        var kernels = _stack.OtherKernelsPerLayer + _shape.MatmulKernels + 1;
        var floorsS = _stack.OtherKernelsPerLayer * cost.KernelFloorS;
        _prefillLaunchS = model.Layers * (floorsS + _attention.PrefillFloorS + (kernels * _stack.PrefillKernelGapS));
        _decodeLaunchS = model.Layers * (floorsS + _attention.DecodeFloorS + (kernels * _stack.DecodeKernelGapS));
        _collectiveFloorS = tensorParallel == 1 ? 0 : model.Layers * _stack.CollectiveLayerFloorS;
        _collectivesS = model.Layers * _shape.Collectives * cost.AllReduceFloorS.Value;
        _collectiveBytesPerS = Device.CollectiveBytesPerS * cost.CollectiveEfficiency;
        _stream = new StreamLaw(Device, _curves);
        _windowedShare = (double)model.SlidingWindowLayers / model.Layers;
    }

    /// <summary>The device, with what was fitted to it under this stack and perturbed as the options asked.</summary>
    public DeviceSpec Device { get; }

    /// <summary>The stack, likewise.</summary>
    public StackSpec Stack => _stack;

    /// <summary>What does not depend on units of a step of one phase. Call once per launch.</summary>
    public StepCost Prepare(Phase phase, in StepWork work) =>
        phase == Phase.Prefill ? PrepareFused(work, default) with { Phase = phase }
        : phase == Phase.Decode ? PrepareFused(default, work) with { Phase = phase }
        : throw new ArgumentOutOfRangeException(nameof(phase), phase, "a hybrid step has two works: PrepareFused");

    /// <summary>The same for a hybrid step: both works in one pass over the weights.</summary>
    public StepCost PrepareFused(in StepWork prefill, in StepWork decode)
    {
        var tokens = prefill.NewTokens + decode.NewTokens;
        if (tokens == 0)
        {
            return default;
        }

        var layers = _model.Layers;
        var anyPrefill = prefill.NewTokens > 0;
        return new StepCost
        {
            Phase = Phase.Hybrid,
            Any = true,
            LayerRow = GemmTable.RowOf(tokens),
            HeadRow = GemmTable.RowOf(prefill.LogitRows + decode.LogitRows),
            ElementwiseBytes = layers * _shape.ElementwiseElementsPerToken * 2
                * ((_stack.PrefillElementwisePasses * prefill.NewTokens) + (_stack.DecodeElementwisePasses * decode.NewTokens)),
            Attention = _attention.Prepare(_shape.Attention, Windowed(prefill), Windowed(decode)),
            LaunchS = (anyPrefill ? _prefillLaunchS : _decodeLaunchS) + _collectivesS + (layers * _shape.CollectiveBytesPerToken * tokens / _collectiveBytesPerS),
            FloorS = _collectiveFloorS + (layers * (anyPrefill ? _stack.PrefillLayerFloorS : _stack.DecodeLayerFloorS).Value),
            FixedS = (anyPrefill ? _stack.PrefillFixedS : _stack.DecodeFixedS).Value
                + (_stack.PrefillPerTokenS * prefill.NewTokens) + (_stack.PrefillPerSequenceS * prefill.Sequences) + (_stack.DecodePerSequenceS * decode.Sequences),
        };
    }

    /// <summary>Seconds of the step on <paramref name="units"/> units with the other phase idle.</summary>
    public double AloneS(in StepCost cost, int units) => cost.Any ? TimesOf(cost, units).TotalS : 0;

    /// <summary>
    /// Seconds of both steps, each as if the other ran all along. Units that sum to more than the device's overlap.
    /// </summary>
    public void BesideS(in StepCost prefill, int prefillUnits, in StepCost decode, int decodeUnits, out double prefillS, out double decodeS)
    {
        if (!prefill.Any || !decode.Any)
        {
            prefillS = AloneS(prefill, prefillUnits);
            decodeS = AloneS(decode, decodeUnits);
            return;
        }

        _contention.Of(TimesOf(prefill, prefillUnits), prefillUnits, TimesOf(decode, decodeUnits), decodeUnits, out prefillS, out decodeS);
    }

    /// <summary>The same from times that were worked out before; both steps have something to do.</summary>
    internal void BesideS(in StepTimes prefill, int prefillUnits, in StepTimes decode, int decodeUnits, out double prefillS, out double decodeS) =>
        _contention.Of(prefill, prefillUnits, decode, decodeUnits, out prefillS, out decodeS);

    /// <inheritdoc/>
    public double FusedS(in StepWork prefill, in StepWork decode, int units) => AloneS(PrepareFused(prefill, decode), units);

    /// <inheritdoc/>
    public double AloneS(Phase phase, in StepWork work, int units) => AloneS(Prepare(phase, work), units);

    /// <inheritdoc/>
    public double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        double prefillS;
        double decodeS;
        if (phase == Phase.Prefill)
        {
            BesideS(Prepare(Phase.Prefill, work), units, Prepare(Phase.Decode, beside), besideUnits, out prefillS, out decodeS);
            return prefillS;
        }

        BesideS(Prepare(Phase.Prefill, beside), besideUnits, Prepare(Phase.Decode, work), units, out prefillS, out decodeS);
        return decodeS;
    }

    /// <summary>A step's time alone on <paramref name="units"/> units, with its parts.</summary>
    internal StepTimes TimesOf(in StepCost cost, int units)
    {
        ref readonly var layer = ref _layers.At(cost.LayerRow, units);
        ref readonly var head = ref _heads.At(cost.HeadRow, units);
        var layers = _model.Layers;
        var attentionS = AttentionLaw.PrefillComputeS(cost.Attention, units);
        var kvS = _attention.PrefillMemoryS(cost.Attention, units) + _attention.DecodeS(cost.Attention, units);
        var elementwiseS = layers * StreamOperators * _stream.MoveS(cost.ElementwiseBytes / (layers * StreamOperators), units);
        var deviceS = (layers * layer.TotalS) + head.TotalS + (layers * (attentionS + kvS)) + elementwiseS + cost.LaunchS;
        var squareS = deviceS * deviceS;
        var floorSquareS = cost.FloorS * cost.FloorS;
        return new StepTimes(
            TotalS: cost.FixedS + Math.Sqrt(Math.Sqrt((squareS * squareS) + (floorSquareS * floorSquareS))),
            DeviceS: deviceS,
            ComputeS: (layers * layer.ComputeS) + head.ComputeS + (layers * attentionS),
            MemoryS: (layers * layer.MemoryS) + head.MemoryS + (layers * kvS) + elementwiseS,
            Bytes: (layers * layer.Bytes) + head.Bytes + (layers * (cost.Attention.PrefillBytes + cost.Attention.SharedCallBytes + cost.Attention.DecodeBytes)) + cost.ElementwiseBytes);
    }

    /// <summary>The work as the mean layer sees it where some layers attend to a window alone.</summary>
    private StepWork Windowed(in StepWork work)
    {
        if (_windowedShare == 0 || work.NewTokens == 0)
        {
            return work;
        }

        var seen = work.AttentionPairs / work.NewTokens;
        if (seen <= _model.SlidingWindowTokens)
        {
            return work;
        }

        var kept = 1 - (_windowedShare * (1 - (_model.SlidingWindowTokens / seen)));
        return work with { AttentionPairs = kept * work.AttentionPairs, ContextTokens = (long)(kept * work.ContextTokens) };
    }
}
