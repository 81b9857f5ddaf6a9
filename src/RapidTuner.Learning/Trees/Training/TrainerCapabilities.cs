namespace RapidTuner.Learning.Trees.Training;

/// <summary>What a trainer can do. The conformance suite runs by capability; asking for a missing one is a <see cref="MissingCapabilityException"/>.</summary>
[Flags]
public enum TrainerCapabilities
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Squared and log-squared loss.</summary>
    SquaredLoss = 1,

    /// <summary>Pinball loss.</summary>
    QuantileLoss = 2,

    /// <summary>Predictions that never fall, or never rise, with a feature.</summary>
    MonotoneConstraints = 4,

    /// <summary>Missing feature values, with a learned direction.</summary>
    MissingValues = 8,

    /// <summary>Categorical features.</summary>
    Categories = 16,

    /// <summary>Stops when a holdout no longer improves.</summary>
    EarlyStopping = 32,

    /// <summary>Rows of different weight.</summary>
    SampleWeights = 64,

    /// <summary>Bit-identical results from a seed on any number of cores.</summary>
    Deterministic = 128,
}
