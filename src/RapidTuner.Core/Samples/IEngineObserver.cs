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
}
