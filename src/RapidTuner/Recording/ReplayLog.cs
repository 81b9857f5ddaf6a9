using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Recording;

/// <summary>Keeps a replay's runs in the store of a data folder: nothing is dropped, and a seed reproduces the log.</summary>
internal sealed class ReplayLog : IReplayLog, IDisposable
{
    private readonly ITelemetryStore _store;
    private readonly ReplayScene _scene;
    private readonly SloTier _tier;
    private readonly int _stepSampling;
    private readonly Terminal _terminal;

    /// <param name="store">The store; made when missing.</param>
    /// <param name="stepSampling">N of <c>--step-sampling 1/N</c>.</param>
    /// <param name="scene">What is replayed.</param>
    /// <param name="tier">The SLO that it is held to.</param>
    /// <param name="terminal">Hears of what the store has to tell.</param>
    public ReplayLog(StoreChoice store, int stepSampling, ReplayScene scene, SloTier tier, Terminal terminal)
    {
        _tier = tier;
        _scene = scene;
        _stepSampling = stepSampling;
        _terminal = terminal;
        _store = store.Open(terminal.Clock, Tell);
    }

    /// <inheritdoc/>
    public IRunLog Begin(string policy, ulong seed)
    {
        var run = new RunRecord
        {
            Engine = "twin",
            Device = _scene.Device.Name,
            Model = _scene.Model.Name,
            Policy = policy,
            Workload = _scene.Trace.Name,
            Seed = (long)seed,
            Version = CommandTree.Version,
            TensorParallel = _scene.TensorParallel,
            Stack = _scene.Stack.Name,
            SloTier = _tier.ToString().ToLowerInvariant(),
        };
        var options = new TelemetryOptions { VirtualTime = true, StepSampling = _stepSampling, OnNotice = Tell };
        return new RunLog(new TelemetryRecorder(_store, run, options, _terminal.Clock));
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    private void Tell(StoreNotice notice) => _terminal.Error.WriteLine($"rapidtuner: telemetry: {notice.Message}");
}
