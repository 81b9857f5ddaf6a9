using RapidTuner.Control.Learned;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Planning;

/// <summary>A round of the planner as the record from which it can be explained.</summary>
internal static class PlanReport
{
    /// <summary>Writes it.</summary>
    /// <param name="seen">What the engine saw.</param>
    /// <param name="rule">The rule that obeys.</param>
    /// <param name="candidates">What was tried, the set in force first.</param>
    /// <param name="shares">Expected attainment of each.</param>
    /// <param name="scoreOf">By what they are compared, over rounds, in shares of the requests.</param>
    /// <param name="scored">Requests that counted.</param>
    /// <param name="before">The set in force before.</param>
    /// <param name="after">The set in force from now on; it may be one that an earlier round tried.</param>
    /// <param name="scenario">The load that was planned for.</param>
    public static PlanSample Of(
        in Observation seen,
        FastRule rule,
        List<RuleParameters> candidates,
        ReadOnlySpan<double> shares,
        Func<RuleParameters, double> scoreOf,
        int scored,
        RuleParameters before,
        RuleParameters after,
        List<ScenarioRequest> scenario)
    {
        var listed = new List<PlanCandidate>(candidates.Count + 1);
        for (var i = 0; i < candidates.Count; i++)
        {
            listed.Add(Candidate(candidates[i], candidates[i] == after) with { Attained = shares[i] * scored, Score = scoreOf(candidates[i]) * scored });
        }

        var chosen = candidates.IndexOf(after);
        if (chosen < 0)
        {
            chosen = listed.Count;
            listed.Add(Candidate(after, chosen: true) with { Score = scoreOf(after) * scored });
        }

        return new PlanSample
        {
            Seen = seen,
            Chosen = rule.Decide(in seen, after),
            Candidates = listed,
            ChosenIndex = chosen,
            CurrentIndex = candidates.IndexOf(before),
            State = StateOf(in seen, scenario),
        };
    }

    /// <summary>The state of a tick, with the load of late, <paramref name="speedup"/> times as fast.</summary>
    public static PlanState StateOf(in Observation seen, List<ScenarioRequest> scenario, double speedup = 1)
    {
        var spanS = Math.Max(1, scenario[^1].ArrivalS) / speedup;
        return PlanState.Of(in seen, scenario.Count / spanS, scenario.Sum(r => (double)r.PromptTokens) / spanS, scenario.Sum(r => (double)r.OutputTokens) / spanS);
    }

    /// <summary>A set of parameters as a candidate without expectations.</summary>
    public static PlanCandidate Candidate(RuleParameters by, bool chosen) => new()
    {
        Name = RuleActions.NameOf(by),
        Parameters = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["decode_floor_share"] = by.DecodeFloorShare,
            ["step_itls"] = by.StepItls,
            ["join_itls"] = by.JoinItls,
            ["margin"] = by.Margin,
            ["chunk_tokens"] = by.ChunkTokens,
            ["fcfs"] = by.Order == PrefillOrder.Fcfs ? 1 : 0,
            ["demotion_share"] = by.DemotionShare,
            ["overlaps"] = by.Overlaps ? 1 : 0,
            ["admit_tokens"] = double.IsFinite(by.AdmitTokens) ? by.AdmitTokens : 0,
            ["fuses"] = by.Fuses ? 1 : 0,
            ["holds"] = by.Holds ? 1 : 0,
            ["pair_prefill_units"] = by.Pair?.PrefillUnits ?? 0,
            ["pair_decode_units"] = by.Pair?.DecodeUnits ?? 0,
        },
        Probability = chosen ? 1 : 0,
    };
}
