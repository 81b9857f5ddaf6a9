using RapidTuner.Core.Samples;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Telemetry.Writing;

namespace RapidTuner.Recording;

/// <summary>A recorder that runs from its making to its disposal.</summary>
internal sealed class RunLog : IRunLog
{
    private readonly TelemetryRecorder _recorder;

    public RunLog(TelemetryRecorder recorder)
    {
        _recorder = recorder;
        _recorder.Start();
    }

    /// <inheritdoc/>
    public IEngineObserver Observer => _recorder;

    /// <summary>Commits everything that was reported. A run in virtual time waits for its log, since the log is its result.</summary>
    public void Dispose() => _recorder.StopAsync().GetAwaiter().GetResult();
}
