using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.OffPolicy;
using RapidTuner.Learning.OffPolicy;
using RapidTuner.Serving.Trials;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Jobs.Work;

/// <summary>
/// Scores the service's challenger on the store, as the command <c>evaluate</c> does: by a what-if in the twin and off-policy where the log supports it.
/// It then proposes it for the trial. Without a challenger it scores the policy that runs. A log that says nothing is not held against it.
/// </summary>
/// <param name="store">The log.</param>
/// <param name="trial">The challenger and where it is proposed.</param>
/// <param name="catalogue">Devices and models of the twin.</param>
internal sealed class EvaluateWork(ITelemetryStore store, ServiceTrial trial, SpecCatalogue catalogue) : IJobWork
{
    public string Name => "evaluate";

    public string About => "Scores the challenger on the store (what-if and off-policy), and proposes it for a trial.";

    public object Run(JobRun run, CancellationToken stop)
    {
        var challenger = trial.Wanted;
        var (report, why) = Report(challenger?.Policy ?? trial.Policy.Name, stop);
        run.Report(0.8);

        // The twin replays a policy by name, with the model that is shipped: it says nothing of another model.
        var ratio = challenger?.Model is null ? RatioOf(report) : null;
        var high = report?.OffPolicy.Where(e => e.Support == Support.Supported).Select(e => e.HighRps).LastOrDefault();
        var proposed = challenger is null ? "there is no challenger" : trial.Propose(challenger, ratio, high, report?.LoggedRateRps);
        return new
        {
            Challenger = challenger?.ToString(),
            Champion = trial.Policy.State.ChampionId,
            WhatIf = report?.WhatIf,
            WhatIfRatio = ratio,
            OffPolicy = report?.OffPolicy.Select(e => new { e.Method, Support = e.Support.ToString(), e.RateRps, e.LowRps, e.HighRps, e.EffectiveSamples }),
            Note = why,
            Proposed = proposed,
        };
    }

    private static double? RatioOf(PolicyReport? report)
    {
        var (asked, logged) = (report?.WhatIf.FirstOrDefault(r => r.Policy == report.Policy), report?.WhatIf.FirstOrDefault(r => r.Policy == report.LoggedPolicy));
        return asked is not null && logged is { Attainment: > 0 } ? asked.Attainment / logged.Attainment : null;
    }

    private (PolicyReport? Report, string? Why) Report(string policy, CancellationToken stop)
    {
        try
        {
            return (new PolicyEvaluation(catalogue).Run(store, policy, null, null, new OffPolicyOptions(), stop), null);
        }
        catch (BadInputException nothing)
        {
            return (null, nothing.Message);
        }
    }
}
