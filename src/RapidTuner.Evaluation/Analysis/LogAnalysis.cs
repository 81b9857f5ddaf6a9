using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.OffPolicy;
using RapidTuner.Evaluation.Statistics;
using RapidTuner.Telemetry.Records;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Reads a log and says what it says; streams, and never writes to the store.</summary>
/// <param name="options">What is looked at.</param>
/// <param name="progress">Told which part is being read and how far it is, 0 to 1; null: nobody listens.</param>
public sealed class LogAnalysis(AnalysisOptions options, Action<string, double>? progress = null)
{
    /// <summary>Analyses a store.</summary>
    /// <param name="store">The store; opened for reading.</param>
    /// <param name="siteOf">The catalogue's device and model of a run; null where it does not know them.</param>
    /// <param name="cancel">Ends the analysis.</param>
    /// <exception cref="BadInputException">There is nothing to analyse.</exception>
    public AnalysisReport Run(ITelemetryStore store, Func<RunRecord, LogSite?> siteOf, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(siteOf);
        Tell("runs", 0);
        var log = new Log(store, options.Run);
        var spanUs = Math.Max(1, log.ToUs - log.FromUs);
        var site = siteOf(log.Chosen[0].Record);
        var findings = new List<QualityFinding>();
        var latency = site is null ? null : Latency(site, findings);
        var rivals = latency is null ? [] : Rivals(site!, latency, ItlLimitOf(log));

        Tell("requests", 0.05);
        var requests = RequestPass.Over(log, options.BlockSOf(Micros.ToS(log.ToUs - log.FromUs)), cancel);

        Tell("windows", 0.1);
        var width = WindowPass.WidthOf(log);
        var windows = new WindowPass();
        var timeline = width == 0 ? [] : windows.Timeline(log, width, options.TimelinePoints, cancel);

        Tell("decisions", 0.25);
        var decisions = new DecisionPass(rivals);
        foreach (var decision in log.Decisions())
        {
            cancel.ThrowIfCancellationRequested();
            decisions.Add(decision);
        }

        Tell("steps", 0.4);
        var steps = latency is null ? null : StepPass.Over(log, latency, site!.Champions, cancel);

        Tell("misses", 0.5);
        var worst = MissPass.Worst(log, requests.MissedAtUs, rivals, cancel);
        Tell("what-if", 0.6);
        var whatIf = site is null || latency is null || options.WhatIfBlocks == 0
            ? null
            : new WhatIfStudy(log, site, options).Run(
                steps!.FactorOf(Phase.Prefill), steps.FactorOf(Phase.Decode), findings, done => Tell("what-if", 0.6 + (0.35 * done)), cancel);
        Tell("off-policy", 0.95);
        var offPolicy = OffPolicyPart.Of(
            LoggedPlans.Read(store, [.. log.Chosen.Where(r => r.Record.Policy == log.Chosen[^1].Record.Policy)]), whatIf, Asked(log, whatIf), options.Seed, cancel);
        Tell("quality", 0.97);
        if (site is null)
        {
            findings.Add(new QualityFinding(
                $"devices or models that the catalogue does not know: {log.Chosen[0].Record.Device}, {log.Chosen[0].Record.Model}", 1, "no what-if, no map of other policies, no calibration of the twin"));
        }

        var quality = new DataQuality(log, requests).Findings(width == 0 ? 1 : width, decisions.Count, steps?.Count ?? 0);
        return new AnalysisReport
        {
            Source = store.Description,
            Runs = log.Runs,
            SpanS = Micros.ToS(spanUs),
            Verdict = VerdictOf(log, requests, decisions, whatIf, timeline),
            Timeline = timeline,
            ItlLimitS = double.IsNaN(decisions.ItlLimitS) ? null : decisions.ItlLimitS,
            PolicyMap = decisions.Map,
            Curves = steps?.Curves ?? [],
            Contention = steps?.Contention ?? [],
            Predictors = steps?.Scores ?? [],
            Forecasts = windows.Skill(),
            WhatIf = whatIf,
            OffPolicy = offPolicy,
            WorstDecisions = worst,
            Reasons = decisions.Reasons,
            Quality = [.. findings, .. quality],
        };
    }

    // Those that the twin was asked about, the logged one first; an oracle is no policy that a log could have tried.
    private string[] Asked(Log log, WhatIf? whatIf) =>
    [
        .. (whatIf?.Rows.Select(r => r.Policy) ?? options.WhatIfPolicies).Where(p => p != PolicyNames.Oracle)
            .Prepend(log.Chosen[^1].Record.Policy).Distinct(StringComparer.Ordinal),
    ];

    private static CostModel? Latency(LogSite site, List<QualityFinding> findings)
    {
        try
        {
            return new CostModel(site.Device, site.Model, site.Stack, site.TensorParallel, CostOptions.Default);
        }
        catch (BadInputException misfit)
        {
            findings.Add(new QualityFinding($"models that the twin cannot hold: {misfit.Message}", 1, "no what-if, no map of other policies, no calibration of the twin"));
            return null;
        }
    }

    private static double ItlLimitOf(Log log) => log.Decisions().Select(d => d.Seen.ItlLimitS).FirstOrDefault(l => l > 0, 0.1);

    private static IPolicy[] Rivals(LogSite site, IStepLatency latency, double itlLimitS)
    {
        var context = new PolicyContext
        {
            Grid = new UnitGrid(site.Device.Units, site.Device.Step, site.Device.MinUnits),
            ItlLimitS = itlLimitS,
            Latency = latency,
            Palette = site.Device.DefaultPalette(),
        };
        return [PolicyFactory.Create("rapid", context), PolicyFactory.Create("nexus", context)];
    }

    private Verdict VerdictOf(Log log, RequestPass requests, DecisionPass decisions, WhatIf? whatIf, IReadOnlyList<TimelinePoint> timeline)
    {
        var spanS = Micros.ToS(log.ToUs - log.FromUs);
        var blockS = options.BlockSOf(spanS);
        var (all, attained) = (requests.Blocks.Sum(b => b.Requests), requests.Blocks.Sum(b => b.Attained));
        double? share = all == 0 ? null : (double)attained / all;
        var interval = PairedBootstrap.OfShare([.. requests.Blocks.Select(b => (double)b.Attained)], [.. requests.Blocks.Select(b => (double)b.Requests)]);
        var goodput = all == 0 || spanS <= 0 ? (double?)null : attained / spanS;
        var policy = log.Chosen[0].Record.Policy;
        var first = share is null
            ? "The log holds no finished request, so nothing can be said of the SLO."
            : $"{policy} kept {share:P1} of {all:N0} requests inside their SLO{(interval is { } i ? $" (95 % interval over blocks of {blockS:F0} s: {i.Low:P1} to {i.High:P1})" : "")}, {goodput:G3} requests/s of goodput over {spanS:F0} s.";
        var ended = timeline.Where(p => double.IsFinite(p.AttainedShare)).ToArray();
        var second = decisions.Count == 0
            ? "No decision is on record, so what it did cannot be told."
            : $"{decisions.Count:N0} decisions are on record, {decisions.Switches:N0} of which changed the split; {(ended.Length > 0 && ended.MinBy(p => p.AttainedShare) is var worst ? $"its worst stretch began {worst.FromS:F0} s into the log, with {worst.AttainedShare:P0} inside the SLO" : "no window has finished requests")}.";
        return new Verdict(all, share, interval, goodput, [first, second, Third(whatIf)]);
    }

    private static string Third(WhatIf? whatIf)
    {
        if (whatIf is null)
        {
            return "What another policy would have done was not replayed.";
        }

        var best = whatIf.BestRow;
        var blocks = whatIf.Whole ? "the whole log" : $"{whatIf.Blocks.Count} of {whatIf.BlocksInLog} blocks";
        var told = best.Policy.Equals(whatIf.LoggedPolicy, StringComparison.OrdinalIgnoreCase)
            ? $"Replayed through the twin on {blocks}, no other policy did better than {best.Policy} ({best.Attainment:P1})."
            : $"Replayed through the twin on {blocks}, {best.Policy} would have attained {best.Attainment:P1}{(best.Difference is { } d ? $", {d.Mean * 100:+0.0;-0.0} points against {whatIf.LoggedPolicy} ({d.Low * 100:+0.0;-0.0} to {d.High * 100:+0.0;-0.0})" : "")}.";
        if (whatIf.Regret is { } regret && whatIf.Rows.Any(r => r.Policy == PolicyNames.Oracle))
        {
            told = $"{told[..^1]}; with the future known, {regret.Mean * 100:F1} points more than {whatIf.LoggedPolicy} were possible ({regret.Low * 100:F1} to {regret.High * 100:F1}).";
        }

        return whatIf.Disagrees ? told + " The twin disagrees with this log about its own policy, so take that with care." : told;
    }

    private void Tell(string part, double done) => progress?.Invoke(part, done);
}
