using RapidTuner.Control.Explain;
using RapidTuner.Control.Guardrails;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Serving.Live;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Http.Tuner;

/// <summary>
/// <c>GET /api/v1/plan</c>: the plan in force with what was expected of each candidate and why this one, and which reasons decided over the latest minute, guardrails'
/// among them.
/// </summary>
/// <param name="engine">What is planned for.</param>
/// <param name="plans">The plans.</param>
/// <param name="reasons">The decisions.</param>
internal sealed class PlanPage(IEngine engine, LivePlan plans, ReasonCounts reasons)
{
    /// <summary>Most candidates of a page; the best of them.</summary>
    private const int CandidatesMax = 12;

    private Explained? _explained;

    /// <summary>The page as it stands.</summary>
    public object Now()
    {
        var nowS = engine.Snapshot.NowS;
        return new
        {
            engine.Description.Policy,
            Plans = plans.Published,
            plans.Changes,
            Plan = plans.Latest is { } plan ? Of(plan, nowS) : null,
            Decisions = new
            {
                OverS = ReasonCounts.Seconds,
                ByReason = Enum.GetValues<Reason>().Where(r => reasons.InAll(r) > 0).Select(r => new
                {
                    Reason = DecisionPage.Name(r),
                    Guard = GuardCounts.Guards.Contains(r),
                    Count = reasons.OverMinute(r, nowS),
                    InAll = reasons.InAll(r),
                    Why = ReasonText.Why(r),
                }).OrderByDescending(r => r.Count),
            },
        };
    }

    /// <summary>The plan in force and why, in a sentence.</summary>
    public string PlanInWords() =>
        plans.Latest is { } plan ? $"{plan.Candidates[plan.ChosenIndex].Name}, because {Explain(plan).Text.Why}" : "none so far: the policy's rule alone decides";

    /// <summary>How often guardrails acted and decode waited over the latest minute, in a sentence.</summary>
    public string MinuteInWords()
    {
        var nowS = engine.Snapshot.NowS;
        var all = Enum.GetValues<Reason>().Sum(r => reasons.OverMinute(r, nowS));
        return $"{all} decisions; guardrails acted on {GuardCounts.Guards.Sum(r => reasons.OverMinute(r, nowS))}, decode waited for a prefill step's end in {reasons.OverMinute(Reason.Held, nowS)}";
    }

    private object Of(PlanSample plan, double nowS)
    {
        var explained = Explain(plan);
        return new
        {
            AtS = plan.Seen.NowS,
            AgeS = Math.Max(0, nowS - plan.Seen.NowS),
            plan.Candidates[plan.ChosenIndex].Name,
            Changed = plan.ChosenIndex != plan.CurrentIndex,
            plan.Explored,
            plan.Propensity,
            explained.Text.Why,
            explained.Text.Otherwise,
            RequestsPerS = Known(plan.State.RequestsPerS),
            PromptTokensPerS = Known(plan.State.PromptTokensPerS),
            OutputTokensPerS = Known(plan.State.OutputTokensPerS),
            CandidatesInAll = plan.Candidates.Count,
            Candidates = plan.Candidates
                .Select((c, i) => (Candidate: c, Chosen: i == plan.ChosenIndex, Current: i == plan.CurrentIndex))
                .OrderByDescending(c => c.Chosen).ThenByDescending(c => c.Candidate.Score ?? double.NegativeInfinity)
                .Take(CandidatesMax)
                .Select(c => new
                {
                    c.Candidate.Name, c.Chosen, c.Current, c.Candidate.Parameters,
                    Attained = Known(c.Candidate.Attained), Score = Known(c.Candidate.Score), SwitchingCost = Known(c.Candidate.SwitchingCost),
                    ItlUpperS = Known(c.Candidate.ItlUpperS), TtftUpperShare = Known(c.Candidate.TtftUpperShare), c.Candidate.Probability,
                }),
        };
    }

    // A plan stays for seconds and is asked for by every open page: it is explained once.
    private Explained Explain(PlanSample plan)
    {
        var known = Volatile.Read(ref _explained);
        if (known?.Plan != plan)
        {
            known = new Explained(plan, Explainer.Of(PlanDocument.ToRecord(plan, engine.Description.Policy, 0)));
            Volatile.Write(ref _explained, known);
        }

        return known!;
    }

    private static double? Known(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private sealed record Explained(PlanSample Plan, Explanation Text);
}
