using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Core.Workload;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Evaluation.Replay;

/// <summary>What a replay happens on, resolved: names have become specifications, files have been read.</summary>
public sealed record ReplayScene
{
    /// <summary>The trace, after window and limit.</summary>
    public required Trace Trace { get; init; }

    /// <summary>The device as in its file; <see cref="Cost"/> may perturb it.</summary>
    public required DeviceSpec Device { get; init; }

    /// <summary>The model.</summary>
    public required ModelSpec Model { get; init; }

    /// <summary>Host and launch cost.</summary>
    public required StackSpec Stack { get; init; }

    /// <summary>Devices that hold one copy of the model, 1 or more; default 1. Such a group counts as one device.</summary>
    public int TensorParallel { get; init; } = 1;

    /// <summary>Stands between <c>learned</c> and its latencies (<see cref="PolicyContext.Predictor"/>); null: nothing does.</summary>
    public Func<IStepLatency, IStepLatency>? Predictor { get; init; }

    /// <summary>What tables cannot settle, and the perturbation.</summary>
    public CostOptions Cost { get; init; } = CostOptions.Default;
}
