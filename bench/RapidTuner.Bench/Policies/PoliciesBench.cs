using System.Text.Json;
using RapidTuner.Bench.Headroom;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Workloads.Transforms;

namespace RapidTuner.Bench.Policies;

/// <summary>
/// <c>learned</c> and its ablations against static-best and the best rival of each cell, on the later part of each trace. A row that
/// stands in the results file is not run again.
/// </summary>
internal sealed class PoliciesBench : IBench
{
    // Between a policy's name and what it is fed.
    private const char FedBy = '+';

    public string Name => "policies";

    public string About => "learned against static-best and the rivals: --cells core|full, --only TEXT, --window 0.5:1, --seeds 1, --requests N (default all), --goals 90|all, --policies P,…, --again P,… (run anew), --predictor sound|garbage|garbage:KIND (what learned is fed; a row each, learned+KIND), --perturb X (each constant of the twin moved by up to this share; learned knows the unmoved one), --traces FOLDER, --out FILE.jsonl";

    public void Run(BenchOptions options, TextWriter output)
    {
        var cells = options.Text("cells", "core");
        var only = options.Text("only", "");
        var window = TraceWindow.Parse(options.Text("window", "0.5:1"));
        var seeds = (int)options.Number("seeds", 1);
        var requests = (int)options.Number("requests", int.MaxValue);
        var goals = options.Text("goals", "90");
        var policies = options.Text("policies", "static-best,rapid,nexus,bullet,pdmux,atom,overlap,hybrid,learned:split-only,learned").Split(',');
        var again = options.Text("again", "").Split(',');
        var predictor = options.Text("predictor", "sound");
        var perturb = options.Text("perturb", "").Length > 0 ? options.Number("perturb", 0.3) : 0;
        var folder = options.Text("traces", "../shared/workloads");
        var results = new ResultsFile<PolicyResult>(options.Text("out", "policies.jsonl"));
        options.Check();
        policies = Spoiled(policies, GarbageLatency.Parse(predictor));
        var done = results.Read().Where(r => !again.Contains(r.Policy)).ToList();
        results.Replace(done);
        var catalogue = SpecCatalogue.Open();
        var grid = (cells == "full" ? Cell.Full : Cell.Core).Where(c => c.ToString().Contains(only, StringComparison.OrdinalIgnoreCase)).ToArray();
        foreach (var cell in grid)
        {
            var missing = policies.Where(p => !done.Any(d => d.Cell == cell && d.Policy == p && d.Seeds == seeds)).ToArray();
            if (missing.Length == 0)
            {
                continue;
            }

            var asked = new ReplayOptions
            {
                Policies = missing,
                FindMaxGoodput = true,
                Seeds = seeds,
                FixedRows = false,
                ExtraGoals = goals == "all",
                Tier = Enum.Parse<SloTier>(cell.Slo, ignoreCase: true),
            };
            var scene = Perturbed(CellTraces.Scene(cell, catalogue, folder, window, requests), perturb);
            foreach (var fed in missing.GroupBy(KindOf))
            {
                var said = fed.Key.Length == 0 ? scene : scene with { Predictor = sound => new GarbageLatency(fed.Key, sound) };
                foreach (var row in Replay(cell, said, asked with { Policies = [.. fed.Select(p => p.Split(FedBy)[0])] }))
                {
                    var named = fed.Key.Length == 0 ? row : row with { Policy = row.Policy + FedBy + fed.Key };
                    done.Add(named);
                    results.Add(named);
                }
            }
        }

        PoliciesTable.Print(grid, [.. done.Where(d => d.Seeds == seeds)], policies, output);
    }

    private static ReplayScene Perturbed(ReplayScene scene, double share) => share == 0 ? scene : scene with
    {
        Cost = CostOptions.Default with { Perturb = share },
        Predictor = _ => new CostModel(scene.Device, scene.Model, scene.Stack, 1, CostOptions.Default),
    };

    private static string[] Spoiled(string[] policies, IReadOnlyList<string> kinds) =>
        [.. policies.SelectMany(p => kinds.Count > 0 && p.StartsWith("learned", StringComparison.Ordinal) ? kinds.Select(k => p + FedBy + k) : [p])];

    private static string KindOf(string policy) => policy.Contains(FedBy) ? policy.Split(FedBy)[1] : "";

    private static IEnumerable<PolicyResult> Replay(Cell cell, ReplayScene scene, ReplayOptions asked)
    {
#pragma warning disable RS0030 // A bench measures real time.
        var clock = TimeProvider.System;
#pragma warning restore RS0030
        var startedAt = clock.GetTimestamp();
        var report = new ReplayRunner(clock).Run(scene, asked);
        var tookS = clock.GetElapsedTime(startedAt).TotalSeconds;
        Console.Error.WriteLine($"{cell}: {string.Join(", ", asked.Policies)}: {tookS:F1} s");
        return report.Policies.Select(p => new PolicyResult(
            cell, p.Name, asked.Seeds, report.Requests, p.MaxGoodputRps, p.MaxGoodput99Rps, JsonSerializer.Serialize(p.Chosen), p.DecideS.P50, p.DecideS.P99));
    }
}
