using RapidTuner.Evaluation.OffPolicy;
using RapidTuner.Learning.OffPolicy;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Off-policy estimates of a log's plans, beside the what-if.</summary>
/// <param name="Plans">The log's latest plans, on which estimates rest.</param>
/// <param name="Deterministic">True when chance had no part in them: they support nothing but a fitted model.</param>
/// <param name="LoggedAttainment">Attained share of the requests settled under them; null without any.</param>
/// <param name="Rows">Estimates, policy by policy.</param>
public sealed record OffPolicyPart(int Plans, bool Deterministic, double? LoggedAttainment, IReadOnlyList<OffPolicyRow> Rows)
{
    /// <summary>Scores every policy of the what-if.</summary>
    /// <param name="plans">The log's plans.</param>
    /// <param name="whatIf">What the twin says; null: nothing.</param>
    /// <param name="policies">Who is asked about.</param>
    /// <param name="seed">Seed of the intervals.</param>
    /// <param name="cancel">Ends it.</param>
    internal static OffPolicyPart Of(LoggedPlans plans, WhatIf? whatIf, IEnumerable<string> policies, ulong seed, CancellationToken cancel)
    {
        double? logged = plans.SettledRps > 0 ? plans.AttainedRps / plans.SettledRps : null;
        var rows = new List<OffPolicyRow>();
        foreach (var policy in policies)
        {
            if (plans.Score(policy, new OffPolicyOptions { Seed = seed }, cancel) is { } estimates && logged is { } share)
            {
                var twin = whatIf?.Rows.FirstOrDefault(r => r.Policy == policy);
                rows.AddRange(estimates.Select(e => Row(policy, e, plans.SettledRps!.Value, share, twin)));
            }
            else
            {
                rows.Add(new OffPolicyRow(policy, "", Support.Insufficient, null, null, null, 0, null));
            }
        }

        return new OffPolicyPart(plans.Plans, plans.Deterministic, logged, rows);
    }

    // The estimates speak of the latest plans and the twin of blocks of the whole log: differences from the logged policy are compared, not levels.
    private static OffPolicyRow Row(string policy, Estimate estimate, double settledRps, double logged, WhatIfRow? twin)
    {
        var (low, high) = (estimate.LowRps / settledRps, estimate.HighRps / settledRps);
        bool? disagrees = low is { } l && high is { } h && twin?.Difference is { } d ? l - logged > d.High || h - logged < d.Low : null;
        return new OffPolicyRow(policy, estimate.Method, estimate.Support, estimate.RateRps / settledRps, low, high, estimate.EffectiveSamples, disagrees);
    }
}
