using RapidTuner.Core.Samples;

namespace RapidTuner.Evaluation.Oracle;

/// <summary>Counts the attained among those that ended in a rollout.</summary>
internal sealed class OracleTally : IEngineObserver
{
    /// <summary>Attained so far.</summary>
    public int Attained { get; set; }

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
        // Rollouts are scored by their requests.
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
        // Late gaps are counted by the engine, request by request.
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request) => Attained += request.Attained ? 1 : 0;
}
