using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Learning.OffPolicy;
using RapidTuner.Telemetry.Plans;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.OffPolicy;

/// <summary>Scores a policy from a store: what-if by replay of the logged workload in the twin, and off-policy estimates where the log supports them.</summary>
/// <param name="clock">Measures the replays.</param>
/// <param name="catalogue">Devices, models and stacks.</param>
public sealed class PolicyEvaluation(TimeProvider clock, SpecCatalogue catalogue)
{
    private const int RowsMax = 20_000;

    /// <summary>Scores.</summary>
    /// <param name="store">The log.</param>
    /// <param name="policy">Name of a pure policy, or of a candidate of the logged plans.</param>
    /// <param name="runSeq">Which run; null: the latest that has requests.</param>
    /// <param name="tier">SLO of the replay.</param>
    /// <param name="options">How logs are scored.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="BadInputException">The store has no such run, or nothing knows the policy.</exception>
    public PolicyReport Run(ITelemetryStore store, string policy, long? runSeq, SloTier tier, OffPolicyOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(options);
        var runs = store.Read(TelemetryTables.Runs, ReadRange.Everything).ToArray();
        var run = Choose(store, runs, runSeq);
        var workload = LoggedWorkload.Read(store, run);
        RunRecord[] alike = [.. runs.Where(r => r.Device == run.Device && r.Model == run.Model && r.Policy == run.Policy && r.Engine == run.Engine)];
        var plans = Latest([.. alike.Select(r => PlanStepReader.Read(store, r)).Where(s => s.Count > 1)]);
        var steps = plans.SelectMany(s => s).ToArray();
        var asked = AskedPolicy.Of(policy, run.Policy, steps);
        var pure = IsPure(policy);
        if (!pure && asked is null)
        {
            throw new BadInputException("--policy", $"'{policy}' is neither a rule that can be replayed nor a candidate of the logged plans", $"give one of {string.Join(", ", PolicyNames.Pure.Concat(Candidates(steps)).Distinct())}");
        }

        var log = plans.Count == 0 || asked is null ? null : PlanLogs.Of(plans, asked);
        return new PolicyReport
        {
            Run = run.Seq,
            Runs = plans.Count,
            Device = run.Device,
            Model = run.Model,
            LoggedPolicy = run.Policy,
            Policy = policy,
            Requests = workload.Ended,
            LeftOut = workload.LeftOut,
            LoggedAttainment = workload.Ended == 0 ? null : (double)workload.Attained / workload.Ended,
            LoggedRateRps = steps.Length == 0 ? null : steps.Sum(s => s.Reward) / steps.Sum(s => s.DurationS),
            Plans = steps.Length,
            Deterministic = steps.All(s => s.Propensity > 1 - 1e-9),
            WhatIf = Replayed(run, workload, pure ? [policy, run.Policy] : [run.Policy], tier, cancel),
            OffPolicy = log is null ? [] : OffPolicyScore.Of(log, options, cancel),
        };
    }

    private static RunRecord Choose(ITelemetryStore store, RunRecord[] runs, long? seq)
    {
        if (seq is { } wanted)
        {
            return runs.FirstOrDefault(r => r.Seq == wanted)
                ?? throw new BadInputException("--run", $"the store has no run {wanted}", runs.Length == 0 ? "log something first: `serve` or `replay --data`" : $"give one of {runs[0].Seq} to {runs[^1].Seq}");
        }

        return runs.Reverse().FirstOrDefault(r => store.Read(TelemetryTables.Requests, new ReadRange { Run = r.Seq }).Any())
            ?? throw new BadInputException("--data", "the store holds no request", "log something first: `serve` or `replay --data`");
    }

    private static List<IReadOnlyList<PlanStep>> Latest(List<IReadOnlyList<PlanStep>> runs)
    {
        var (kept, rows) = (new List<IReadOnlyList<PlanStep>>(), 0);
        for (var i = runs.Count - 1; i >= 0 && rows < RowsMax; i--)
        {
            kept.Insert(0, runs[i].Count <= RowsMax - rows ? runs[i] : [.. runs[i].Skip(runs[i].Count - (RowsMax - rows))]);
            rows += kept[0].Count;
        }

        return kept;
    }

    private static IEnumerable<string> Candidates(PlanStep[] steps) => steps.Length == 0 ? [] : steps[^1].Candidates;

    private static bool IsPure(string name) => PolicyNames.Pure.Contains(name) || PolicyNames.TryStaticShare(name, out _);

    private WhatIf[] Replayed(RunRecord run, LoggedWorkload workload, IEnumerable<string> policies, SloTier tier, CancellationToken cancel)
    {
        string[] names = [.. policies.Distinct().Where(IsPure)];
        if (workload.Trace.Requests.Length == 0 || names.Length == 0)
        {
            return [];
        }

        var scene = new ReplayScene { Trace = workload.Trace, Device = catalogue.Device(run.Device), Model = catalogue.Model(run.Model), Stack = catalogue.Stack("graphs") };
        var report = new ReplayRunner(clock).Run(scene, new ReplayOptions { Policies = names, Tier = tier, FixedRows = false }, cancel);
        return [.. report.Policies.Select(p => new WhatIf(p.Name, p.Attainment, p.GoodputRps))];
    }
}
