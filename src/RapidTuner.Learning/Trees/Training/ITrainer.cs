namespace RapidTuner.Learning.Trees.Training;

/// <summary>Grows boosted trees. Implementations differ in what they can (<see cref="Capabilities"/>); all produce a <see cref="TreeEnsemble"/>.</summary>
public interface ITrainer
{
    /// <summary>Its name on the command line and in artefacts.</summary>
    string Name { get; }

    /// <summary>What it can do.</summary>
    TrainerCapabilities Capabilities { get; }

    /// <summary>Prepares features once for any number of fits (folds, quantiles, targets).</summary>
    /// <param name="features">The features; read, never changed.</param>
    /// <exception cref="MissingCapabilityException">They need what this trainer cannot.</exception>
    IPreparedFeatures Prepare(FeatureTable features);
}
