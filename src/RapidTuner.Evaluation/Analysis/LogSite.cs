using RapidTuner.Core.Catalogue;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Where a log was made, as far as it can be replayed: device, model, host.</summary>
/// <param name="Device">The device.</param>
/// <param name="Model">The model.</param>
/// <param name="Stack">Host and launch cost.</param>
public sealed record LogSite(DeviceSpec Device, ModelSpec Model, StackSpec Stack)
{
    /// <summary>Devices that hold one copy of the model, 1 or more; default 1.</summary>
    public int TensorParallel { get; init; } = 1;

    /// <summary>Latency models of this device and model, which are scored on the log.</summary>
    public IReadOnlyList<LatencyChampion> Champions { get; init; } = [];
}
