using RapidTuner.Core.Samples;

namespace RapidTuner.Bench.Cpu;

/// <summary>Keeps what an engine reported.</summary>
internal sealed class KeptSteps : IEngineObserver
{
    public List<StepSample> Steps { get; } = new(200_000);

    public List<RequestSample> Requests { get; } = new(10_000);

    public void OnStep(in StepSample step) => Steps.Add(step);

    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    public void OnRequest(in RequestSample request) => Requests.Add(request);
}
