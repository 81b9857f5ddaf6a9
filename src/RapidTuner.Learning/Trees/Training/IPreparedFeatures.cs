namespace RapidTuner.Learning.Trees.Training;

/// <summary>Features in the form that a trainer works on.</summary>
public interface IPreparedFeatures
{
    /// <summary>Fits trees.</summary>
    /// <param name="sample">Target, weights, rows to train on and rows to hold out.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Ends the fit between two trees.</param>
    /// <exception cref="MissingCapabilityException">The options need what the trainer cannot.</exception>
    TrainedTrees Fit(TrainingSample sample, TrainingOptions options, CancellationToken cancel = default);
}
