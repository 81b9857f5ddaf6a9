using RapidTuner.Core.Samples;

namespace RapidTuner.Engine.Cpu.Tests;

/// <summary>Keeps what an engine reported; on request it holds the engine's thread at a step, so that a test need not race the engine.</summary>
internal sealed class SeenSteps : IEngineObserver
{
    private readonly Lock _lock = new();
    private readonly List<StepSample> _steps = [];
    private readonly List<RequestSample> _requests = [];
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

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

    /// <summary>The engine waits in its report of this many steps and more until <see cref="GoOn"/>.</summary>
    public int HoldAtSteps { get; init; } = int.MaxValue;

    public void GoOn() => _goOn.TrySetResult();

    public void OnStep(in StepSample step)
    {
        var count = 0;
        lock (_lock)
        {
            _steps.Add(step);
            count = _steps.Count;
        }

        if (count >= HoldAtSteps)
        {
            _goOn.Task.Wait();
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
