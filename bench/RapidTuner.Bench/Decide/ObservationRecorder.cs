using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Bench.Decide;

/// <summary>Keeps the observations at which a policy was asked, up to a bound.</summary>
internal sealed class ObservationRecorder(int keptMax) : IEngineObserver
{
    /// <summary>What was seen, in order.</summary>
    public List<Observation> Seen { get; } = new(keptMax);

    /// <summary>How often each reason was given.</summary>
    public SortedDictionary<Reason, int> Reasons { get; } = [];

    public void OnDecision(in Observation seen, in Decision decided)
    {
        if (Seen.Count < keptMax)
        {
            Seen.Add(seen);
        }

        Reasons[decided.Reason] = Reasons.GetValueOrDefault(decided.Reason) + 1;
    }

    public void OnStep(in StepSample step)
    {
    }

    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    public void OnRequest(in RequestSample request)
    {
    }
}
