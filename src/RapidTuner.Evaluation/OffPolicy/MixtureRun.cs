using RapidTuner.Control.Exploration;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Telemetry.Plans;

namespace RapidTuner.Evaluation.OffPolicy;

/// <summary>One run of a mixture of rules in the twin: what estimators are checked against, since here any policy can be run for real.</summary>
/// <param name="Steps">The plans and what came of them.</param>
/// <param name="AttainedRps">Attained requests per second of the whole run, from its first plan to its last.</param>
internal sealed record MixtureRun(IReadOnlyList<PlanStep> Steps, double AttainedRps)
{
    /// <summary>Runs one.</summary>
    /// <param name="cell">Device, model, SLO.</param>
    /// <param name="load">What arrives.</param>
    /// <param name="rules">The rules by name.</param>
    /// <param name="chances">Chance of each.</param>
    /// <param name="planS">Seconds from plan to plan.</param>
    /// <param name="seed">Seed of jitter and draws.</param>
    public static MixtureRun Of(ReplayCell cell, Load load, IReadOnlyList<(string Name, Setting Setting)> rules, IReadOnlyList<double> chances, double planS, ulong seed) =>
        Of(cell, load, [.. rules.Select(r => (new PlanCandidate { Name = r.Name }, cell.PolicyOf(r.Setting)!))], rules[0].Setting, chances, planS, seed);

    /// <summary>Runs one of rules that are there.</summary>
    /// <param name="cell">Device, model, SLO.</param>
    /// <param name="load">What arrives.</param>
    /// <param name="rules">The rules, over one palette, and what they set.</param>
    /// <param name="setting">Setting of the engine.</param>
    /// <param name="chances">Chance of each.</param>
    /// <param name="planS">Seconds from plan to plan.</param>
    /// <param name="seed">Seed of jitter and draws.</param>
    public static MixtureRun Of(
        ReplayCell cell, Load load, IReadOnlyList<(PlanCandidate Action, IPolicy Rule)> rules, Setting setting, IReadOnlyList<double> chances, double planS, ulong seed)
    {
        var meter = new LoadMeter();
        var collector = new PlanCollector();
        var mixture = new PlanMixture("mixture", [.. rules.Select(r => r.Rule)], [.. rules.Select(r => r.Action)], chances, planS, meter, collector, seed);
        var engine = cell.EngineOf(setting, mixture, new ObserverFan(meter, collector), seed);
        for (var i = 0; i < load.Requests.Length; i++)
        {
            engine.Submit(in load.Requests[i], load.TtftLimitS[i]);
        }

        engine.Drain();
        var steps = collector.Builder.Steps;
        return new MixtureRun(steps, steps.Count == 0 ? 0 : steps.Sum(s => s.Reward) / steps.Sum(s => s.DurationS));
    }

    private sealed class PlanCollector : IEngineObserver
    {
        public PlanStepBuilder Builder { get; } = new();

        public void OnStep(in StepSample step)
        {
            // Plans are judged by requests.
        }

        public void OnGaps(double nowS, double gapS, int count)
        {
            // A request says itself whether its gaps were in time.
        }

        public void OnRequest(in RequestSample request) => Builder.Settle(request.FinishS, request.Outcome, request.Attained);

        public void OnPlan(PlanSample plan) => Builder.Add(plan);
    }
}
