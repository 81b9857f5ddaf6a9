using RapidTuner.Core.Control;

namespace RapidTuner.Core.Samples;

/// <summary>Passes what an engine did to several observers, in order.</summary>
public sealed class ObserverFan(params IEngineObserver[] observers) : IEngineObserver
{
    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
        foreach (var observer in observers)
        {
            observer.OnStep(in step);
        }
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
        foreach (var observer in observers)
        {
            observer.OnGaps(nowS, gapS, count);
        }
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
        foreach (var observer in observers)
        {
            observer.OnRequest(in request);
        }
    }

    /// <inheritdoc/>
    public void OnArrival(double nowS, int promptTokens, int cachedTokens)
    {
        foreach (var observer in observers)
        {
            observer.OnArrival(nowS, promptTokens, cachedTokens);
        }
    }

    /// <inheritdoc/>
    public void OnTaken(double nowS, long id, int promptTokens, int cachedTokens, double ttftLimitS)
    {
        foreach (var observer in observers)
        {
            observer.OnTaken(nowS, id, promptTokens, cachedTokens, ttftLimitS);
        }
    }

    /// <inheritdoc/>
    public void OnFirstToken(double nowS, long id, double arrivalS)
    {
        foreach (var observer in observers)
        {
            observer.OnFirstToken(nowS, id, arrivalS);
        }
    }

    /// <inheritdoc/>
    public void OnDecision(in Observation seen, in Decision decided)
    {
        foreach (var observer in observers)
        {
            observer.OnDecision(in seen, in decided);
        }
    }

    /// <inheritdoc/>
    public void OnPlan(PlanSample plan)
    {
        foreach (var observer in observers)
        {
            observer.OnPlan(plan);
        }
    }
}
