using RapidTuner.Core.Samples;

namespace RapidTuner.Bench.Telemetry;

/// <summary>Keeps nothing.</summary>
internal sealed class NoObserver : IEngineObserver
{
    public void OnStep(in StepSample step)
    {
    }

    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    public void OnRequest(in RequestSample request)
    {
    }
}
