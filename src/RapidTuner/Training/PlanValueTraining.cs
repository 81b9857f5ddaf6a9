using RapidTuner.Control.Policies;
using RapidTuner.Evaluation.Values;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Q;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Plans;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Training;

/// <summary>
/// Values of plans (docs/learning-to-plan.md) from the plans that <c>learned</c> logged, one value function per device and model that runs name. A log
/// of one policy says little of what else could be done, so plans drawn in the twin of the same device and model are learned from too.
/// </summary>
internal sealed class PlanValueTraining : ITrainable
{
    /// <summary>Plans of an episode: runs are long, and every fifth episode is held out.</summary>
    private const int EpisodePlans = 50;

    /// <summary>Most plans that are read of a device and model: the latest runs count.</summary>
    private const int PlansMax = 200_000;

    /// <inheritdoc/>
    public string Target => ValueTarget.Name;

    /// <inheritdoc/>
    public IEnumerable<ModelCandidate> Train(TrainingScene scene, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var runs = scene.Store.Read(TelemetryTables.Runs, ReadRange.Everything).Where(r => PolicyNames.IsLearned(r.Policy)).ToArray();
        foreach (var group in runs.GroupBy(r => (r.Device, r.Model)).OrderBy(g => g.Key.Device, StringComparer.Ordinal).ThenBy(g => g.Key.Model, StringComparer.Ordinal))
        {
            if (Candidate(scene, group.Key.Device, group.Key.Model, [.. group], cancel) is { } candidate)
            {
                yield return candidate;
            }
        }
    }

    private static ModelCandidate? Candidate(TrainingScene scene, string device, string model, RunRecord[] runs, CancellationToken cancel)
    {
        var (knownDevice, knownModel) = (scene.Catalogue.FindDevice(device), scene.Catalogue.FindModel(model));
        var isKnown = knownDevice is not null && knownModel is not null && knownModel.Supports(scene.TensorParallel);
        var latencyScene = isKnown ? LatencyScene.Of(knownDevice!, knownModel!, scene.TensorParallel) : new SceneFolder(scene.Registry, scene.Progress).Find(device, model, scene.TensorParallel);
        if (latencyScene is null)
        {
            scene.Progress($"plans of {model} on {device} are left out: the catalogue has no such device or model, or its heads do not divide over {scene.TensorParallel}");
            return null;
        }

        var latency = new LearnedStepLatency(new ChampionStore(scene.Registry, ModelFolder.Shipped, scene.Progress).Find(latencyScene).Model, LatencyQuantile.Median);
        var live = Live(scene.Store, runs, latency, latencyScene.Units, cancel);
        var plans = live.Sum(e => e.Steps.Count);
        if (plans == 0)
        {
            scene.Progress($"{model} on {device}: no plans are kept of its runs");
            return null;
        }

        var twin = isKnown ? TwinEpisodes.Of(knownDevice!, knownModel!, scene.Catalogue.Stack("graphs"), scene.TensorParallel, 1, scene.Seed, cancel) : [];
        var training = new ValueTraining(twin.Concat(live));
        if (training.RowCount < 2)
        {
            scene.Progress($"{model} on {device}: {plans} plans are too few to learn from");
            return null;
        }

        var scope = ChampionStore.ScopeOf(device, model, scene.TensorParallel);
        var champion = new ValueStore(scene.Registry, ModelFolder.Shipped, scene.Progress).Find(ValueTarget.Name, scope);
        var fitted = training.Fit(new FittedQOptions { Seed = scene.Seed }, cancel);
        scene.Progress($"{model} on {device}: {plans} logged plans of {runs.Length} runs, {training.RowCount} in all");
        return ValueTarget.Candidate(
            fitted,
            ValueTarget.Name,
            scope,
            $"{plans} plans of {runs.Length} runs{(isKnown ? ", and plans drawn by chance in the twin" : "")}",
            training.Score(fitted),
            champion is null ? null : training.Score(champion));
    }

    private static List<ValueEpisode> Live(ITelemetryStore store, RunRecord[] runs, LearnedStepLatency latency, int units, CancellationToken cancel)
    {
        var (episodes, plans) = (new List<ValueEpisode>(), 0);
        for (var i = runs.Length - 1; i >= 0 && plans < PlansMax; i--)
        {
            cancel.ThrowIfCancellationRequested();
            PlanStep[] steps = [.. PlanStepReader.Read(store, runs[i]).Where(s => s.Parameters.Count > 0)];
            var rate = steps.Sum(s => s.Settled) / Math.Max(1e-9, steps.Sum(s => s.DurationS));
            if (rate > 0)
            {
                episodes.AddRange(steps.Chunk(EpisodePlans).Select(chunk => new ValueEpisode { Steps = chunk, RequestsPerS = rate, Latency = latency, Units = units }));
                plans += steps.Length;
            }
        }

        return episodes;
    }
}
