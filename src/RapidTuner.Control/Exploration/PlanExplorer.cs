using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Exploration;

/// <summary>
/// Tries another plan now and then, with a small probability that is logged: never under overload, and only candidates whose upper 95 % of
/// inter-token latency and of time to first token meet the SLO.
/// </summary>
public sealed class PlanExplorer
{
    private readonly ExplorationOptions _options;
    private readonly Rng _rng;

    /// <summary>An explorer with draws of its own.</summary>
    /// <exception cref="BadInputException">Options out of range.</exception>
    public PlanExplorer(ExplorationOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new Problems();
        options.Check(problems);
        problems.ThrowIfAny();
        _options = options;
        _rng = new Rng(seed, "exploration");
    }

    /// <summary>Draws the plan.</summary>
    /// <param name="candidates">What was considered.</param>
    /// <param name="best">Index of the best.</param>
    /// <param name="state">The state of the tick.</param>
    /// <param name="itlLimitS">Limit on the inter-token latency, seconds.</param>
    public PlanDraw Draw(IReadOnlyList<PlanCandidate> candidates, int best, in PlanState state, double itlLimitS)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var probabilities = new double[candidates.Count];
        probabilities[best] = 1;

        // One draw a plan whatever comes of it, so that an overload in the middle moves no later draw.
        var (chance, which) = (_rng.NextDouble(), _rng.NextDouble());
        if (!_options.Enabled || _options.Share <= 0 || IsOverloaded(in state))
        {
            return new PlanDraw(best, probabilities, false);
        }

        int[] safe = [.. Enumerable.Range(0, candidates.Count).Where(i => i != best && IsSafe(candidates[i], itlLimitS))];
        if (safe.Length == 0)
        {
            return new PlanDraw(best, probabilities, false);
        }

        probabilities[best] = 1 - _options.Share;
        foreach (var i in safe)
        {
            probabilities[i] = _options.Share / safe.Length;
        }

        var drawn = chance < _options.Share ? safe[(int)(which * safe.Length)] : best;
        return new PlanDraw(drawn, probabilities, drawn != best);
    }

    /// <summary>True while a plan that is worse would cost requests at once.</summary>
    public bool IsOverloaded(in PlanState state) =>
        !(state.PrefillHeadSlackS > 0) || !(state.KvFreeShare >= _options.KvFreeShareMin) || !(state.DecodeLatestStepItlShare <= _options.DecodeItlShareMax);

    private static bool IsSafe(PlanCandidate candidate, double itlLimitS) => candidate.ItlUpperS <= itlLimitS && candidate.TtftUpperShare <= 1;
}
