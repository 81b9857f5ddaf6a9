using RapidTuner.Core.Samples;

namespace RapidTuner.Bench.Telemetry;

/// <summary>Counts an engine's steps.</summary>
internal sealed class StepCounter : IEngineObserver
{
    public long Steps { get; private set; }

    public void OnStep(in StepSample step) => Steps++;

    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    public void OnRequest(in RequestSample request)
    {
    }
}
