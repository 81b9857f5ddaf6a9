using RapidTuner.Bench.Headroom;
using RapidTuner.Core.Catalogue;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Workloads.Transforms;

namespace RapidTuner.Bench.SlowApply;

/// <summary>
/// What <c>learned</c>, its forecast and a reactive rule are worth on engines that take time to apply a split, against the static split that never needs to. A row that stands in
/// the results file is not run again.
/// </summary>
internal sealed class SlowApplyBench : IBench
{
    private const string Static = "static-best";
    private static readonly string[] Workloads = ["shifting", "azure-2023-code", "azure-2023-conv", "servegen-deepseek-r1"];

    public string Name => "slow-apply";

    public string About => "max_goodput where a split takes time to apply: --apply 0,1,10,60r (r: by a restart), --only TEXT, --window 0.5:1, --seeds 1, --requests N (default all), --policies P,…, --traces FOLDER, --out FILE.jsonl (goes on where it stopped)";

    public void Run(BenchOptions options, TextWriter output)
    {
        var times = ApplyTime.Parse(options.Text("apply", "0,1,10,60r"));
        var only = options.Text("only", "").Split('+');
        var window = TraceWindow.Parse(options.Text("window", "0.5:1"));
        var seeds = (int)options.Number("seeds", 1);
        var requests = (int)options.Number("requests", int.MaxValue);
        var policies = options.Text("policies", "static-best,rapid,learned:no-forecast,learned:forecast").Split(',');
        var folder = options.Text("traces", "../shared/workloads");
        var results = new ResultsFile<SlowApplyResult>(options.Text("out", "slow-apply.jsonl"));
        options.Check();
        var done = results.Read();
        var catalogue = SpecCatalogue.Open();
        var cells = Cell.Of(Workloads).Where(c => only.All(t => c.ToString().Contains(t, StringComparison.OrdinalIgnoreCase))).ToArray();
        foreach (var cell in cells)
        {
            var scene = new Lazy<ReplayScene>(() => CellTraces.Scene(cell, catalogue, folder, window, requests));
            foreach (var time in times)
            {
                // A split that never changes is the same however long a change takes.
                var missing = policies.Where(p => (p != Static || time == times[0]) && !done.Any(d => d.Cell == cell && d.Policy == p && d.Seeds == seeds && d.Apply == time.ToString())).ToArray();
                if (missing.Length == 0)
                {
                    continue;
                }

                foreach (var row in Replay(cell, scene.Value, time, missing, seeds))
                {
                    done.Add(row);
                    results.Add(row);
                }
            }
        }

        SlowApplyTable.Print(cells, [.. done.Where(d => d.Seeds == seeds)], [.. times.Select(t => t.ToString())], policies, Static, output);
    }

    private static IEnumerable<SlowApplyResult> Replay(Cell cell, ReplayScene scene, ApplyTime time, string[] policies, int seeds)
    {
#pragma warning disable RS0030 // A bench measures real time.
        var clock = TimeProvider.System;
#pragma warning restore RS0030
        var startedAt = clock.GetTimestamp();
        var report = new ReplayRunner(clock).Run(scene, new ReplayOptions
        {
            Policies = policies,
            FindMaxGoodput = true,
            Seeds = seeds,
            FixedRows = false,
            ExtraGoals = false,
            Tier = Enum.Parse<SloTier>(cell.Slo, ignoreCase: true),
            ApplyS = time.S,
            ApplyRestarts = time.Restarts,
        });
        Console.Error.WriteLine($"{cell}, {time}: {string.Join(", ", report.Policies.Select(p => $"{p.Name} {p.MaxGoodputRps:0.###}"))}: {clock.GetElapsedTime(startedAt).TotalSeconds:F0} s");
        return report.Policies.Select(p => new SlowApplyResult(cell, time.ToString(), p.Name, seeds, report.Requests, p.MaxGoodputRps, p.Switches));
    }
}
