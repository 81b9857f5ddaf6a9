namespace RapidTuner.Training;

/// <summary>Everything that can be trained, in order: what others build on comes first.</summary>
internal static class Trainables
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ITrainable> All { get; } = [new LatencyTraining(), new ForecastTraining(), new PlanValueTraining()];
}
