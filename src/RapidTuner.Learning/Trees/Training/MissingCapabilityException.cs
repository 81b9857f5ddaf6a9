namespace RapidTuner.Learning.Trees.Training;

/// <summary>A trainer was asked for what it declares not to have.</summary>
public sealed class MissingCapabilityException : NotSupportedException
{
    /// <summary>Names the trainer and what it lacks.</summary>
    public MissingCapabilityException(string trainer, TrainerCapabilities missing)
        : base($"trainer {trainer} has no {missing}; the histogram trainer has") => (Trainer, Missing) = (trainer, missing);

    /// <summary>The trainer.</summary>
    public string Trainer { get; }

    /// <summary>What it lacks.</summary>
    public TrainerCapabilities Missing { get; }
}
