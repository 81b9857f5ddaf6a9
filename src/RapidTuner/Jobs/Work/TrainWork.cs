using RapidTuner.Training;

namespace RapidTuner.Jobs.Work;

/// <summary>
/// Retrains what the store has data for; recent samples weigh more. Models that pass their gate wait as challengers for
/// <see cref="PromoteWork"/>: whoever serves goes on serving. Run again it trains again; what a killed run had registered stays a challenger.
/// </summary>
/// <param name="scene">Data, registry, catalogue and half-life, made anew for each run; told where to report.</param>
internal sealed class TrainWork(Func<Action<string>, TrainingScene> scene) : IJobWork
{
    /// <summary>Notes of a run that are kept.</summary>
    private const int NotesMax = 50;

    public string Name => "train";

    public string About => "Retrains models from the store's samples; those that pass their gate become challengers.";

    public object Run(JobRun run, CancellationToken stop)
    {
        var notes = new List<string>();
        var parts = Trainables.All.Count;
        var models = new List<string>();
        for (var part = 0; part < parts; part++)
        {
            stop.ThrowIfCancellationRequested();
            var trained = TrainingRun.Run(scene(notes.Add), [Trainables.All[part]], promote: false, stop);
            models.AddRange(trained.Select(m => $"{m.Entry.Id}: {m.Status}"));
            run.Report((part + 1.0) / parts);
        }

        return new { Models = models, Notes = notes.Take(NotesMax) };
    }
}
