namespace RapidTuner.Learning.Trees.Training;

/// <summary>The trainers of trees that are built in, the default first.</summary>
public static class Trainers
{
    private static volatile ITrainer[] _known = [new HistogramTrainer()];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ITrainer> BuiltIn => _known;

    /// <summary>Makes a further trainer the default, as the full edition does before anything is fitted; one of the same name is replaced.</summary>
    public static void UseByDefault(ITrainer trainer) => _known = [trainer, .. _known.Where(t => t.Name != trainer.Name)];

    /// <summary>The default among those that can what is needed; the histogram trainer can everything.</summary>
    public static ITrainer DefaultFor(TrainerCapabilities needed) => _known.First(t => (t.Capabilities & needed) == needed);
}
