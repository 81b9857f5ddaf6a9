using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Engine.Live;

/// <summary>Passes everything on and keeps what the engine needs of it: the latest reason, why a request was refused, which ended.</summary>
/// <param name="next">Hears everything.</param>
public sealed class EngineTap(IEngineObserver next) : IEngineObserver
{
    /// <summary>Requests that ended since it was last emptied.</summary>
    public Queue<long> Ended { get; } = new();

    /// <summary>Reason of the latest decision.</summary>
    public Reason Latest { get; private set; }

    /// <summary>Outcome of the latest refusal.</summary>
    public Outcome LatestRefusal { get; private set; }

    /// <inheritdoc/>
    public void OnStep(in StepSample step) => next.OnStep(in step);

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count) => next.OnGaps(nowS, gapS, count);

    /// <inheritdoc/>
    public void OnArrival(double nowS, int promptTokens, int cachedTokens) => next.OnArrival(nowS, promptTokens, cachedTokens);

    /// <inheritdoc/>
    public void OnTaken(double nowS, long id, int promptTokens, int cachedTokens, double ttftLimitS) => next.OnTaken(nowS, id, promptTokens, cachedTokens, ttftLimitS);

    /// <inheritdoc/>
    public void OnFirstToken(double nowS, long id, double arrivalS) => next.OnFirstToken(nowS, id, arrivalS);

    /// <inheritdoc/>
    public void OnPlan(PlanSample plan) => next.OnPlan(plan);

    /// <inheritdoc/>
    public void OnDecision(in Observation seen, in Decision decided)
    {
        Latest = decided.Reason;
        next.OnDecision(in seen, in decided);
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
        if (request.Outcome is Outcome.RejectedLoad or Outcome.RejectedSize)
        {
            LatestRefusal = request.Outcome;
        }

        Ended.Enqueue(request.Id);
        next.OnRequest(in request);
    }
}
