using RapidTuner.Core.Catalogue;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Training;

/// <summary>What training reads and is told.</summary>
internal sealed record TrainingScene
{
    /// <summary>Where samples are.</summary>
    public required ITelemetryStore Store { get; init; }

    /// <summary>Where models go, and who is champion now.</summary>
    public required ModelRegistry Registry { get; init; }

    /// <summary>Devices and models that runs name.</summary>
    public required SpecCatalogue Catalogue { get; init; }

    /// <summary>Measures how long it takes.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Told how far it is and what is left out, for people.</summary>
    public required Action<string> Progress { get; init; }

    /// <summary>Seed of every draw; default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Devices of a tensor-parallel group in runs that do not say; default 1.</summary>
    public int TensorParallel { get; init; } = 1;

    /// <summary>Age at which a sample counts half, seconds; default: age does not matter.</summary>
    public double HalfLifeS { get; init; } = double.PositiveInfinity;
}
