using RapidTuner.Core.Errors;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Training;

/// <summary>Step latencies from the store's step samples, one model per device and model that runs name.</summary>
internal sealed class LatencyTraining : ITrainable
{
    /// <inheritdoc/>
    public string Target => LatencyTarget.Name;

    /// <inheritdoc/>
    public IEnumerable<ModelCandidate> Train(TrainingScene scene, CancellationToken cancel)
    {
        var runs = scene.Store.Read(TelemetryTables.Runs, ReadRange.Everything).ToArray();
        foreach (var group in runs.GroupBy(r => (r.Device, r.Model)).OrderBy(g => g.Key.Device, StringComparer.Ordinal).ThenBy(g => g.Key.Model, StringComparer.Ordinal))
        {
            if (SceneOf(scene, group.Key.Device, group.Key.Model) is not { } latencyScene)
            {
                scene.Progress($"steps of {group.Key.Model} on {group.Key.Device} are left out: the catalogue has no such device or model, or its heads do not divide over {scene.TensorParallel}");
                continue;
            }

            var steps = new StepStream(scene.Store, [.. group]);
            var options = new LatencyFitOptions { Seed = scene.Seed, HalfLifeS = scene.HalfLifeS };
            var fitted = LatencyTrainer.Fit(latencyScene, steps.Read(), options, scene.Clock, RivalOf(scene, latencyScene), cancel);
            if (steps.Steps == 0)
            {
                scene.Progress($"{group.Key.Model} on {group.Key.Device}: no steps are kept of its runs");
                continue;
            }

            scene.Progress($"{group.Key.Model} on {group.Key.Device}: {fitted.Report.Rows} of {steps.Steps} steps, {fitted.Report.FitS:F1} s");
            var engines = string.Join(", ", group.Select(r => r.Engine).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
            yield return LatencyTarget.Candidate(fitted, $"{group.Count()} runs of {engines}", steps.FromUs, steps.ToUs);
        }
    }

    /// <summary>A device and model of the catalogue, or those that an engine described when it served from this folder.</summary>
    private static LatencyScene? SceneOf(TrainingScene scene, string device, string model) =>
        scene.Catalogue.FindDevice(device) is { } known && scene.Catalogue.FindModel(model) is { } shape
            ? shape.Supports(scene.TensorParallel) ? LatencyScene.Of(known, shape, scene.TensorParallel) : null
            : new SceneFolder(scene.Registry, scene.Progress).Find(device, model, scene.TensorParallel);

    /// <summary>The champion to beat: one's own, or what is shipped for exactly this device and model.</summary>
    private static LatencyRival? RivalOf(TrainingScene scene, LatencyScene of)
    {
        var scope = ChampionStore.ScopeOf(of.Device, of.Model, of.TensorParallel);
        foreach (var (folder, entry) in scene.Registry.ChampionsToTry(LatencyTarget.Name, scope).Select(e => (scene.Registry.Folder, e))
            .Concat(ModelFolder.Shipped.Entries(scene.Progress).Where(e => e.Target == LatencyTarget.Name && e.Scope == scope).Select(e => (ModelFolder.Shipped, e))))
        {
            try
            {
                var model = LatencyModelFile.Load(folder.ArtefactPath(entry.Id));
                return model.Scene == of ? new LatencyRival(model, ReferenceEquals(folder, ModelFolder.Shipped) ? -1 : model.Report.SeqLast) : null;
            }
            catch (BadInputException bad)
            {
                scene.Progress(bad.Message);
            }
        }

        return null;
    }

    /// <summary>The steps of some runs, one after the other, and what they span.</summary>
    private sealed class StepStream(ITelemetryStore store, RunRecord[] runs)
    {
        public long Steps { get; private set; }

        public long FromUs { get; private set; }

        public long ToUs { get; private set; }

        public IEnumerable<StepSample> Read()
        {
            // Times count from the first run's start: seconds since 1970 would cost a double the microseconds of a step.
            var originUs = runs.Min(r => r.OriginUs);
            foreach (var run in runs)
            {
                foreach (var step in store.Read(TelemetryTables.Steps, new ReadRange { Run = run.Seq }))
                {
                    (FromUs, ToUs) = Steps == 0 ? (step.EndUs, step.EndUs + 1) : (Math.Min(FromUs, step.EndUs), Math.Max(ToUs, step.EndUs + 1));
                    Steps++;
                    yield return step.ToSample(originUs);
                }
            }
        }
    }
}
