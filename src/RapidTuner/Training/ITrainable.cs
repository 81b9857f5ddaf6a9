using RapidTuner.Learning.Registry;

namespace RapidTuner.Training;

/// <summary>One kind of model that can be trained from a data folder. Adding one is a class and a line in <see cref="Trainables"/>.</summary>
internal interface ITrainable
{
    /// <summary>Its target in the registry, such as <c>step_latency</c>.</summary>
    string Target { get; }

    /// <summary>
    /// Trains whatever the store has enough data for: one candidate per scope, judged by its gate. Reads the store as a stream, changes
    /// nothing, and says on <see cref="TrainingScene.Progress"/> what it leaves out and why.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left behind.</exception>
    IEnumerable<ModelCandidate> Train(TrainingScene scene, CancellationToken cancel);
}
