using RapidTuner.Core.Control;

namespace RapidTuner.Core.Samples;

/// <summary>Receives what an engine did, on the engine's thread: it must return at once and never throw.</summary>
public interface IEngineObserver
{
    /// <summary>A step ended.</summary>
    void OnStep(in StepSample step);

    /// <summary>
    /// Gaps between following tokens became known: <paramref name="count"/> of them, each <paramref name="gapS"/> seconds, at
    /// <paramref name="nowS"/>. A decode step reports its whole batch in one call.
    /// </summary>
    void OnGaps(double nowS, double gapS, int count);

    /// <summary>A request ended.</summary>
    void OnRequest(in RequestSample request);

    /// <summary>A request arrived (refused ones too). Observers that only score a run need not care.</summary>
    /// <param name="nowS">Arrival, engine seconds.</param>
    /// <param name="promptTokens">All prompt tokens.</param>
    /// <param name="cachedTokens">Prompt tokens found in the prefix cache.</param>
    void OnArrival(double nowS, int promptTokens, int cachedTokens)
    {
    }

    /// <summary>A request was taken into the queue, as everything that a live engine knows of it.</summary>
    /// <param name="nowS">Arrival, engine seconds.</param>
    /// <param name="id">Number of the request, as in <see cref="RequestSample.Id"/>.</param>
    /// <param name="promptTokens">All prompt tokens.</param>
    /// <param name="cachedTokens">Prompt tokens found in the prefix cache.</param>
    /// <param name="ttftLimitS">Limit on its time to first token, seconds; +∞ when it has none.</param>
    void OnTaken(double nowS, long id, int promptTokens, int cachedTokens, double ttftLimitS)
    {
    }

    /// <summary>A request got its first token.</summary>
    /// <param name="nowS">Engine seconds.</param>
    /// <param name="id">Number of the request, as in <see cref="RequestSample.Id"/>.</param>
    /// <param name="arrivalS">Its arrival, engine seconds.</param>
    void OnFirstToken(double nowS, long id, double arrivalS)
    {
    }

    /// <summary>A policy saw <paramref name="seen"/> at a step boundary and chose <paramref name="decided"/>.</summary>
    void OnDecision(in Observation seen, in Decision decided)
    {
    }

    /// <summary>The slow loop published a plan. Called on the planner's thread.</summary>
    void OnPlan(PlanSample plan)
    {
    }
}
