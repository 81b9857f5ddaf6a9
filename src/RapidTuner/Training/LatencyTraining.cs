using RapidTuner.Core.Errors;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Training;

/// <summary>Step latencies from the store's step samples, one model per device, model, tensor parallelism and stack that runs name.</summary>
internal sealed class LatencyTraining : ITrainable
{
    /// <inheritdoc/>
    public string Target => LatencyTarget.Name;

    /// <inheritdoc/>
    public IEnumerable<ModelCandidate> Train(TrainingScene scene, CancellationToken cancel)
    {
        var runs = scene.Store.Read(TelemetryTables.Runs, ReadRange.Everything).ToArray();
        var groups = runs.GroupBy(r => (r.Device, r.Model, TensorParallel: r.TensorParallel ?? scene.TensorParallel, Stack: LatencyScenes.NameOf(r.Stack)));
        foreach (var group in groups.OrderBy(g => g.Key.Device, StringComparer.Ordinal).ThenBy(g => g.Key.Model, StringComparer.Ordinal).ThenBy(g => g.Key.TensorParallel).ThenBy(g => g.Key.Stack, StringComparer.Ordinal))
        {
            var (device, model, tensorParallel, stack) = group.Key;
            if (SceneOf(scene, device, model, tensorParallel) is not { } found)
            {
                scene.Progress($"steps of {model} on {device} are left out: the catalogue has no such device or model, or its heads do not divide over {tensorParallel}");
                continue;
            }

            var latencyScene = found with { Stack = stack };
            var name = $"{model} on {device}, tp {tensorParallel}{(stack is null ? "" : ", " + stack)}";
            var steps = new StepStream(scene.Store, [.. group]);
            var options = new LatencyFitOptions { Seed = scene.Seed, HalfLifeS = scene.HalfLifeS };
            var fitted = LatencyTrainer.Fit(latencyScene, steps.Read(), options, scene.Clock, RivalOf(scene, latencyScene), cancel);
            if (steps.Steps == 0)
            {
                scene.Progress($"{name}: no steps are kept of its runs");
                continue;
            }

            scene.Progress($"{name}: {fitted.Report.Rows} of {steps.Steps} steps, {fitted.Report.FitS:F1} s");
            var engines = string.Join(", ", group.Select(r => r.Engine).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
            yield return LatencyTarget.Candidate(fitted, $"{group.Count()} runs of {engines}", steps.FromUs, steps.ToUs);
        }
    }

    /// <summary>A device and model of the catalogue, or those that an engine described when it served from this folder.</summary>
    private static LatencyScene? SceneOf(TrainingScene scene, string device, string model, int tensorParallel) =>
        scene.Catalogue.FindDevice(device) is { } known && scene.Catalogue.FindModel(model) is { } shape
            ? shape.Supports(tensorParallel) ? LatencyScene.Of(known, shape, tensorParallel) : null
            : new SceneFolder(scene.Registry, scene.Progress).Find(device, model, tensorParallel);

    /// <summary>What is to be beaten: one's own champion, or what is shipped for exactly this device and model, or what an engine measured of its machine when it started.</summary>
    private static LatencyRival? RivalOf(TrainingScene scene, LatencyScene of)
    {
        var scope = ChampionStore.ScopeOf(of);
        foreach (var (folder, entry) in scene.Registry.ChampionsToTry(LatencyTarget.Name, scope).Select(e => (scene.Registry.Folder, e))
            .Concat(ModelFolder.Shipped.Entries(scene.Progress).Where(e => e.Target == LatencyTarget.Name && e.Scope == scope).Select(e => (ModelFolder.Shipped, e))))
        {
            try
            {
                var model = LatencyModelFile.Load(folder.ArtefactPath(entry.Id));
                if (model.Scene == of)
                {
                    return new LatencyRival(model, ReferenceEquals(folder, ModelFolder.Shipped) ? -1 : model.Report.SeqLast);
                }

                break;
            }
            catch (BadInputException bad)
            {
                scene.Progress(bad.Message);
            }
        }

        return new SceneFolder(scene.Registry, scene.Progress).FindStart(of) is { } start ? new LatencyRival(start, -1) : null;
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
