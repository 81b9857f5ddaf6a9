using RapidTuner.Control.Learned;

namespace RapidTuner.Control.Planning;

/// <summary>
/// What candidates have been worth, over rounds. A round tells them apart from the set in force alone, on the same scenario and scatter, so
/// worths are kept relative to it; later rounds count for more, and one that was tried seldom is trusted less.
/// </summary>
/// <param name="leastWeight">Least weight of the latest round, 0 to 1; default 0.2, chosen: about the last five rounds of a size count.</param>
internal sealed class CandidateWorths(double leastWeight = 0.2)
{
    // Chosen: the scatter of the difference that a single request makes.
    private const double Scatter = 0.3;

    private readonly Dictionary<RuleParameters, (double Worth, double Requests)> _known = [];

    /// <summary>Books a round.</summary>
    /// <param name="candidates">The set in force first.</param>
    /// <param name="shares">Expected attainment of each.</param>
    /// <param name="requests">Requests that the round scored.</param>
    public void Book(List<RuleParameters> candidates, ReadOnlySpan<double> shares, int requests)
    {
        var present = _known.GetValueOrDefault(candidates[0]).Worth;
        for (var i = 0; i < candidates.Count; i++)
        {
            var (worth, seen) = _known.GetValueOrDefault(candidates[i]);
            var weight = Math.Max(leastWeight, requests / (seen + requests));
            _known[candidates[i]] = (worth + (weight * (present + shares[i] - shares[0] - worth)), ((1 - weight) * seen) + requests);
        }
    }

    /// <summary>Books that <paramref name="candidate"/> does worse than <paramref name="present"/> where it matters, whatever it did in rounds.</summary>
    /// <param name="candidate">Which.</param>
    /// <param name="present">The set in force.</param>
    /// <param name="share">By how much worse, share of the requests.</param>
    /// <param name="requests">Requests that say so.</param>
    public void Lower(RuleParameters candidate, RuleParameters present, double share, int requests) =>
        _known[candidate] = (_known.GetValueOrDefault(present).Worth - share, requests);

    /// <summary>The best that is known, by a lower bound; <paramref name="present"/> unless one is better by <paramref name="switchShare"/>.</summary>
    public RuleParameters Best(RuleParameters present, double switchShare)
    {
        var (best, most) = (present, ScoreOf(present, present, switchShare));
        foreach (var candidate in _known.Keys)
        {
            var score = ScoreOf(candidate, present, switchShare);
            if (score > most)
            {
                (best, most) = (candidate, score);
            }
        }

        return best;
    }

    /// <summary>By what candidates are compared, in shares of the requests: the lower bound of a worth; of the set in force, its worth and what a move must gain. −∞: never tried.</summary>
    public double ScoreOf(RuleParameters candidate, RuleParameters present, double switchShare)
    {
        if (!_known.TryGetValue(candidate, out var known))
        {
            return double.NegativeInfinity;
        }

        return candidate == present ? known.Worth + switchShare : known.Worth - (Scatter / Math.Sqrt(known.Requests));
    }
}
