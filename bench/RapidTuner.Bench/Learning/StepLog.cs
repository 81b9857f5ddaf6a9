using RapidTuner.Core.Samples;

namespace RapidTuner.Bench.Learning;

/// <summary>Keeps the steps of a run in memory.</summary>
internal sealed class StepLog : IEngineObserver
{
    public List<StepSample> Steps { get; } = [];

    public void OnStep(in StepSample step) => Steps.Add(step);

    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    public void OnRequest(in RequestSample request)
    {
    }
}
