using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Engine.Cpu;

/// <summary>Passes everything on and keeps what the engine needs of it: the latest reason, why a request was refused, which ended.</summary>
internal sealed class EngineTap(IEngineObserver next) : IEngineObserver
{
    /// <summary>Requests that ended since it was last emptied.</summary>
    public Queue<long> Ended { get; } = new();

    /// <summary>Reason of the latest decision.</summary>
    public Reason Latest { get; private set; }

    /// <summary>Outcome of the latest refusal.</summary>
    public Outcome LatestRefusal { get; private set; }

    public void OnStep(in StepSample step) => next.OnStep(in step);

    public void OnGaps(double nowS, double gapS, int count) => next.OnGaps(nowS, gapS, count);

    public void OnArrival(double nowS, int promptTokens, int cachedTokens) => next.OnArrival(nowS, promptTokens, cachedTokens);

    public void OnTaken(double nowS, long id, int promptTokens, int cachedTokens, double ttftLimitS) => next.OnTaken(nowS, id, promptTokens, cachedTokens, ttftLimitS);

    public void OnFirstToken(double nowS, long id, double arrivalS) => next.OnFirstToken(nowS, id, arrivalS);

    public void OnDecision(in Observation seen, in Decision decided)
    {
        Latest = decided.Reason;
        next.OnDecision(in seen, in decided);
    }

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
