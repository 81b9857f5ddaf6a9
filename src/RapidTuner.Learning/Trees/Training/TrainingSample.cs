namespace RapidTuner.Learning.Trees.Training;

/// <summary>What is to be learned, and from which rows.</summary>
/// <param name="Target">One value per row of the feature table; finite on the rows used, above 0 for <see cref="LossKind.LogSquared"/>.</param>
public sealed record TrainingSample(ReadOnlyMemory<double> Target)
{
    /// <summary>Weight per row, 0 or more; default: all 1. A row of weight 0 is not trained on.</summary>
    public ReadOnlyMemory<double> Weights { get; init; }

    /// <summary>Rows to train on, rising; default: all but the holdout.</summary>
    public int[]? Rows { get; init; }

    /// <summary>Rows held out, rising; default: drawn by the options' seed and <see cref="TrainingOptions.HoldoutShare"/>.</summary>
    public int[]? Holdout { get; init; }
}
