using RapidTuner.Core.Samples;

namespace RapidTuner.Engine.Cpu.Tests;

/// <summary>Keeps what an engine reported.</summary>
internal sealed class SeenSteps : IEngineObserver
{
    private readonly Lock _lock = new();
    private readonly List<StepSample> _steps = [];
    private readonly List<RequestSample> _requests = [];

    public StepSample[] Steps
    {
        get
        {
            lock (_lock)
            {
                return [.. _steps];
            }
        }
    }

    public RequestSample[] Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public void OnStep(in StepSample step)
    {
        lock (_lock)
        {
            _steps.Add(step);
        }
    }

    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    public void OnRequest(in RequestSample request)
    {
        lock (_lock)
        {
            _requests.Add(request);
        }
    }
}
