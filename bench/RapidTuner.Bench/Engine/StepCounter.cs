using RapidTuner.Core;
using RapidTuner.Core.Samples;

namespace RapidTuner.Bench.Engine;

/// <summary>Counts steps and the largest decode batch, and does nothing else.</summary>
internal sealed class StepCounter : IEngineObserver
{
    public long Steps { get; private set; }

    public int PeakBatch { get; private set; }

    public void OnStep(in StepSample step)
    {
        Steps++;
        var decoding = step.Phase == Phase.Decode ? step.Work.Sequences : step.Phase == Phase.Hybrid ? step.Beside.Sequences : 0;
        PeakBatch = Math.Max(PeakBatch, decoding);
    }

    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    public void OnRequest(in RequestSample request)
    {
    }
}
