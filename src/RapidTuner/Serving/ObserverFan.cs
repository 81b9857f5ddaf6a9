using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Serving;

/// <summary>Passes what an engine did to several observers, in order.</summary>
internal sealed class ObserverFan(params IEngineObserver[] observers) : IEngineObserver
{
    public void OnStep(in StepSample step)
    {
        foreach (var observer in observers)
        {
            observer.OnStep(in step);
        }
    }

    public void OnGaps(double nowS, double gapS, int count)
    {
        foreach (var observer in observers)
        {
            observer.OnGaps(nowS, gapS, count);
        }
    }

    public void OnRequest(in RequestSample request)
    {
        foreach (var observer in observers)
        {
            observer.OnRequest(in request);
        }
    }

    public void OnArrival(double nowS, int promptTokens, int cachedTokens)
    {
        foreach (var observer in observers)
        {
            observer.OnArrival(nowS, promptTokens, cachedTokens);
        }
    }

    public void OnFirstToken(double nowS, long id, double arrivalS)
    {
        foreach (var observer in observers)
        {
            observer.OnFirstToken(nowS, id, arrivalS);
        }
    }

    public void OnDecision(in Observation seen, in Decision decided)
    {
        foreach (var observer in observers)
        {
            observer.OnDecision(in seen, in decided);
        }
    }
}
