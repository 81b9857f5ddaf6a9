using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Analysis;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Learning.OffPolicy;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.OffPolicy;

/// <summary>Scores a policy from a store: what-if by replay of all blocks of the logged workload in the twin, and off-policy estimates where the log supports them.</summary>
/// <param name="catalogue">Devices, models and stacks.</param>
public sealed class PolicyEvaluation(SpecCatalogue catalogue)
{
    /// <summary>Scores.</summary>
    /// <param name="store">The log.</param>
    /// <param name="policy">Name of a pure policy, or of a candidate of the logged plans.</param>
    /// <param name="runSeq">Which run; null: the latest that has requests.</param>
    /// <param name="tier">SLO of the replay; null: the tier whose limits are nearest to the log's.</param>
    /// <param name="options">How logs are scored.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="BadInputException">The store has no such run, or nothing knows the policy.</exception>
    public PolicyReport Run(ITelemetryStore store, string policy, long? runSeq, SloTier? tier, OffPolicyOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(options);
        var runs = store.Read(TelemetryTables.Runs, ReadRange.Everything).ToArray();
        var run = Choose(store, runs, runSeq);
        var log = new Log(store, run.Seq);
        var workload = LoggedWorkload.Read(store, run);
        LogRun[] alike = [.. log.Runs.Where(r => r.Record.Device == run.Device && r.Record.Model == run.Model && r.Record.TensorParallel == run.TensorParallel && r.Record.Stack == run.Stack && r.Record.Policy == run.Policy && r.Record.Engine == run.Engine)];
        var plans = LoggedPlans.Read(store, alike);
        var estimates = plans.Score(policy, options, cancel);
        var pure = IsPure(policy);
        if (!pure && estimates is null)
        {
            throw new BadInputException("--policy", $"'{policy}' is neither a rule that can be replayed nor a candidate of the logged plans", $"give one of {string.Join(", ", PolicyNames.Pure.Concat(plans.Candidates).Distinct())}");
        }

        return new PolicyReport
        {
            Run = run.Seq,
            Runs = plans.Runs,
            Device = run.Device,
            Model = run.Model,
            LoggedPolicy = run.Policy,
            Policy = policy,
            Requests = workload.Ended,
            LeftOut = workload.LeftOut,
            LoggedAttainment = workload.Ended == 0 ? null : (double)workload.Attained / workload.Ended,
            LoggedRateRps = plans.AttainedRps,
            Plans = plans.Plans,
            Deterministic = plans.Deterministic,
            WhatIf = Replayed(log, run, pure ? [policy, run.Policy] : [run.Policy], tier, cancel),
            OffPolicy = estimates ?? [],
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

    private static bool IsPure(string name) => PolicyNames.Pure.Contains(name) || PolicyNames.TryStaticShare(name, out _);

    // The same replay of blocks, through a twin corrected by the log, as that of a report.
    private IReadOnlyList<WhatIfRow> Replayed(Log log, RunRecord run, IEnumerable<string> policies, SloTier? tier, CancellationToken cancel)
    {
        string[] names = [.. policies.Distinct().Where(IsPure)];
        if (names.Length == 0 || catalogue.FindDevice(run.Device) is not { } device || catalogue.FindModel(run.Model) is not { } model)
        {
            return [];
        }

        var stack = catalogue.FindStack(run.Stack) ?? catalogue.Stack("graphs");
        var site = new LogSite(device, model, stack) { TensorParallel = run.TensorParallel ?? 1 };
        var steps = StepPass.Over(log, new CostModel(device, model, site.Stack, site.TensorParallel, CostOptions.Default), [], cancel);
        var options = new AnalysisOptions { WhatIfPolicies = names, WhatIfBlocks = int.MaxValue, Tier = tier };
        var study = new WhatIfStudy(log, site, options).Run(steps.FactorOf(Phase.Prefill), steps.FactorOf(Phase.Decode), [], static _ => { }, cancel);
        return study is null ? [] : [.. study.Rows.OrderBy(r => Array.IndexOf(names, r.Policy))];
    }
}
