using RapidTuner.Bench.SlowApply;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Workload;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Search;
using RapidTuner.Evaluation.Slos;

namespace RapidTuner.Bench.Recovery;

/// <summary>
/// A sudden growth of the prefill load on a device that sustains what came before: how long <c>learned</c> and each rival are outside the SLO. Rivals and the static split are tuned in
/// hindsight on this very load, on the first seed.
/// </summary>
internal sealed class RecoveryBench : IBench
{
    // Chosen: what is not over by then counts as lasting.
    private const double AfterS = 120;

    private static readonly (string Device, string Model)[] Sites = [("mi300x", "llama-3.1-70b"), ("h200", "llama-3.1-8b"), ("l20", "qwen2.5-3b")];

    public string Name => "recovery";

    public string About => "time outside the SLO after a sudden growth of the prefill load: --factor 3, --before 600 and --lasts 60 (seconds), --load 0.6 (share of what static-best and rapid both sustain), --slo paper|tight, --seeds 3, --apply 0, --policies P,…, --only DEVICE";

    public void Run(BenchOptions options, TextWriter output)
    {
        var (beforeS, lastsS) = (options.Number("before", 600), options.Number("lasts", 60));
        var surge = new Surge(options.Number("factor", 3), beforeS, lastsS, beforeS + lastsS + AfterS);
        var share = options.Number("load", 0.6);
        var tier = Enum.Parse<SloTier>(options.Text("slo", "paper"), ignoreCase: true);
        var seeds = (int)options.Number("seeds", 3);
        var apply = ApplyTime.Parse(options.Text("apply", "0"))[0];
        var policies = options.Text("policies", "learned,static-best,rapid,nexus,bullet,pdmux,atom,overlap").Split(',');
        var only = options.Text("only", "");
        options.Check();
        var catalogue = SpecCatalogue.Open();
        output.WriteLine("| device, policy | attained before | attained in the surge | outside the SLO, s (each seed) | back for good after, s (each seed) |");
        output.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var (device, model) in Sites.Where(s => s.Device.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            var asked = new ReplayOptions { Policies = policies, Tier = tier, ApplyS = apply.S, ApplyRestarts = apply.Restarts };
            ReplayScene Scene(Trace trace) => new() { Trace = trace, Device = catalogue.Device(device), Model = catalogue.Model(model), Stack = catalogue.Stack("graphs") };
            var rateRps = share * Sustained(Scene(SyntheticLoad.Of(1000, 1, 1)), asked);
            var traces = Enumerable.Range(1, seeds).Select(s => SurgeLoad.Of(rateRps, surge, (ulong)s)).ToArray();
            var cell = new ReplayCell(Scene(traces[0]), asked);
            output.WriteLine($"| **{device}, {model}**, {rateRps:0.###} requests/s | | | | |");
            foreach (var policy in policies)
            {
                output.WriteLine(Row(cell, policy, asked, surge, traces));
                output.Flush();
            }
        }
    }

    /// <summary>The rate that both the best static split and RAPID's rule sustain, as tuned for the steady load, requests per second.</summary>
    private static double Sustained(ReplayScene scene, ReplayOptions asked)
    {
#pragma warning disable RS0030 // A bench measures real time.
        var clock = TimeProvider.System;
#pragma warning restore RS0030
        var report = new ReplayRunner(clock).Run(scene, asked with { Policies = ["static-best", "rapid"], FindMaxGoodput = true, FixedRows = false, ExtraGoals = false });
        return report.Policies.Min(p => p.MaxGoodputRps ?? 0);
    }

    private static string Row(ReplayCell cell, string policy, ReplayOptions asked, Surge surge, Trace[] traces)
    {
        var loads = Array.ConvertAll(traces, t => new Load(t.Requests, cell.Limits, 0));
        var plan = RowPlan.Of(policy, cell.Device, asked);
        double Score(Setting setting, double best)
        {
            var missedMax = (long)(loads[0].Scored * (1 - best + Screening.Hopeless));
            var tally = new EngineRun(cell, setting, 1).Count(loads[0], missedMax, CancellationToken.None);
            return tally.Missed > missedMax ? -1 : (double)tally.Attained / loads[0].Scored;
        }

        var setting = plan.Every.Count == 0 ? plan.Start : Screening.Rank(plan.Start, plan.Every, Score, CancellationToken.None)[0];
        var logs = new OutcomeLog[loads.Length];
        ParallelLoop.For(loads.Length, i =>
        {
            logs[i] = new OutcomeLog();
            new EngineRun(cell, setting, (ulong)i + 1).Count(loads[i], long.MaxValue, CancellationToken.None, logs[i]);
        }, CancellationToken.None);
        var times = Array.ConvertAll(logs, l => l.Recovery(surge));
        var chosen = plan.Every.Count == 0 ? "" : $" ({setting.Order}, {ChunkText.Of(setting.ChunkTokens)}, {(setting.Kind == RowKind.StaticBest ? $"{setting.PrefillUnits} units" : setting.ItlMargin)})";
        return $"| {policy}{chosen} | {logs.Average(l => l.Attainment(surge.FromS / 2, surge.FromS)):0.00} | {logs.Average(l => l.Attainment(surge.FromS, surge.FromS + surge.LastsS)):0.00} "
            + $"| {times.Average(t => t.OutsideS):0} ({string.Join(", ", times.Select(t => $"{t.OutsideS:0}"))}) | {times.Average(t => t.BackS):0} ({string.Join(", ", times.Select(t => $"{t.BackS:0}"))}) |";
    }
}
