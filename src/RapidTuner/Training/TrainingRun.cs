using RapidTuner.Learning.Registry;

namespace RapidTuner.Training;

/// <summary>Trains and registers: the command <c>train</c> and a scheduled job are shells around this.</summary>
internal static class TrainingRun
{
    /// <summary>
    /// Trains every one of <paramref name="parts"/>. A candidate is registered as soon as it is trained, so that a run that is ended keeps what
    /// was done; whoever is champion stays so unless a candidate passes its gate.
    /// </summary>
    /// <param name="scene">Data, registry, catalogue.</param>
    /// <param name="parts">What to train.</param>
    /// <param name="promote">False: candidates that pass wait as challengers.</param>
    /// <param name="cancel">Ends the run.</param>
    public static IReadOnlyList<RegisteredModel> Run(TrainingScene scene, IEnumerable<ITrainable> parts, bool promote, CancellationToken cancel)
    {
        var models = new List<RegisteredModel>();
        foreach (var part in parts)
        {
            foreach (var candidate in part.Train(scene, cancel))
            {
                cancel.ThrowIfCancellationRequested();
                models.Add(scene.Registry.Add(candidate, promote));
                scene.Progress($"{models[^1].Entry.Id}: {models[^1].Status.ToString().ToLowerInvariant()}");
            }
        }

        return models;
    }
}
