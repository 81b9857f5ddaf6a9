using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;
using RapidTuner.Training;

namespace RapidTuner.Jobs.Work;

/// <summary>The store's steps as models see them: how far what was measured lies from what they say.</summary>
internal sealed class ModelSteps(ITelemetryStore store)
{
    /// <summary>Width of a block, microseconds: steps within a minute are alike, so that a minute counts as one observation.</summary>
    private const long BlockUs = 60_000_000;

    /// <summary>Fewest steps of a block.</summary>
    private const int BlockStepsMin = 20;

    /// <summary>Latest steps that a drift check looks at: a few minutes of a busy engine.</summary>
    private const int LatestSteps = 20_000;

    /// <summary>Per block of new steps: mean |ln(measured/predicted)| of one model less that of another; above 0 where the second is better.</summary>
    /// <param name="one">The model in office.</param>
    /// <param name="other">The model that wants to be.</param>
    /// <param name="afterUs">Only steps that ended later, Unix microseconds.</param>
    /// <param name="stop">Ends the reading.</param>
    public IReadOnlyList<double> BlockGains(LatencyModel one, LatencyModel other, long afterUs, CancellationToken stop)
    {
        var blocks = new SortedDictionary<(long Run, long Block), (double Gain, int Steps)>();
        foreach (var run in RunsOf(one.Scene))
        {
            foreach (var step in store.Read(TelemetryTables.Steps, new ReadRange { Run = run.Seq, FromUs = afterUs }))
            {
                stop.ThrowIfCancellationRequested();
                var sample = step.ToSample(run.OriginUs);
                var gain = Math.Abs(one.ResidualOf(in sample)) - Math.Abs(other.ResidualOf(in sample));
                if (!double.IsNaN(gain))
                {
                    var key = (run.Seq, step.EndUs / BlockUs);
                    var sum = blocks.GetValueOrDefault(key);
                    blocks[key] = (sum.Gain + gain, sum.Steps + 1);
                }
            }
        }

        return [.. blocks.Values.Where(b => b.Steps >= BlockStepsMin).Select(b => b.Gain / b.Steps)];
    }

    /// <summary>ln(measured/predicted) of the champion over the latest run's latest steps, in order of time; nothing without a champion of one's own.</summary>
    public IEnumerable<double> ChampionResiduals(ModelRegistry registry, CancellationToken stop)
    {
        if (store.ReadLatest(TelemetryTables.Runs, 1) is not [var run])
        {
            yield break;
        }

        var champions = registry.List().Where(m => m.Status == ModelStatus.Champion && m.Entry.Target == LatencyTarget.Name)
            .Select(m => LatencyModelFile.Load(registry.Folder.ArtefactPath(m.Entry.Id)));
        if (champions.FirstOrDefault(m => IsOf(run, m.Scene)) is not { } champion)
        {
            yield break;
        }

        foreach (var step in store.ReadLatest(TelemetryTables.Steps, LatestSteps).Where(s => s.Run == run.Seq).Reverse())
        {
            stop.ThrowIfCancellationRequested();
            var sample = step.ToSample(run.OriginUs);
            yield return champion.ResidualOf(in sample);
        }
    }

    private static bool IsOf(RunRecord run, LatencyScene scene) =>
        run.Device.Equals(scene.Device, StringComparison.OrdinalIgnoreCase) && run.Model.Equals(scene.Model, StringComparison.OrdinalIgnoreCase)
        && (run.TensorParallel ?? scene.TensorParallel) == scene.TensorParallel && LatencyScenes.NameOf(run.Stack) == scene.Stack;

    private RunRecord[] RunsOf(LatencyScene scene) => [.. store.Read(TelemetryTables.Runs, ReadRange.Everything).Where(r => IsOf(r, scene))];
}
