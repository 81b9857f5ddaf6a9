using System.Text.Json;
using RapidTuner.Core.Catalogue;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Workloads.Transforms;

namespace RapidTuner.Bench.Headroom;

/// <summary>
/// The grid of COMPARISON §4: every rival's max_goodput against static-best. One line of JSON per finished cell goes to the results file, so
/// that an ended run goes on where it stopped; the table is printed from that file.
/// </summary>
internal sealed class HeadroomBench : IBench
{
    public string Name => "headroom";

    public string About => "every rival and the oracle against static-best: --cells core|full, --only TEXT, --seeds 2, --goals 90|all, --beam 2, --requests N (default all), --policies P,…, --traces FOLDER, --minutes N, --out FILE.jsonl (goes on where it stopped)";

    public void Run(BenchOptions options, TextWriter output)
    {
        var cells = options.Text("cells", "core");
        var seeds = (int)options.Number("seeds", 2);
        var requests = (int)options.Number("requests", int.MaxValue);
        var policies = options.Text("policies", "static-best,oracle,oracle:split-only,hybrid,disagg,overlap,rapid,nexus,pdmux,bullet,atom").Split(',');
        var folder = options.Text("traces", "../shared/workloads");
        var results = new ResultsFile<CellResult>(options.Text("out", "headroom.jsonl"));
        var only = options.Text("only", "");
        var asked = new ReplayOptions
        {
            Policies = policies,
            FindMaxGoodput = true,
            Seeds = seeds,
            FixedRows = false,
            ExtraGoals = options.Text("goals", "90") == "all",
            Beam = (int)options.Number("beam", 2),
        };
        var minutes = options.Number("minutes", 1e6);
        options.Check();
        var done = results.Read();
        var catalogue = SpecCatalogue.Open();
#pragma warning disable RS0030 // A bench measures real time.
        var clock = TimeProvider.System;
#pragma warning restore RS0030
        var startedAt = clock.GetTimestamp();
        var grid = (cells == "full" ? Cell.Full : Cell.Core).Where(c => c.ToString().Contains(only, StringComparison.OrdinalIgnoreCase));
        foreach (var cell in grid)
        {
            if (done.Any(d => d.Cell == cell) || clock.GetElapsedTime(startedAt).TotalMinutes > minutes)
            {
                continue;
            }

            Console.Error.WriteLine($"{clock.GetElapsedTime(startedAt):hh\\:mm\\:ss} {cell}");
            var result = Replay(cell, CellTraces.Scene(cell, catalogue, folder, TraceWindow.Whole, requests), asked, clock);
            done.Add(result);
            results.Add(result);
        }

        HeadroomTable.Print([.. grid.Select(c => done.FirstOrDefault(d => d.Cell == c)).OfType<CellResult>()], policies, output);
    }

    private static CellResult Replay(Cell cell, ReplayScene scene, ReplayOptions asked, TimeProvider clock)
    {
        var startedAt = clock.GetTimestamp();
        var cpuS = CpuS();
        var report = new ReplayRunner(clock).Run(scene, asked with { Tier = Enum.Parse<SloTier>(cell.Slo, ignoreCase: true) });
        return new CellResult(
            cell,
            asked.Seeds,
            report.Requests,
            report.Policies.ToDictionary(p => p.Name, p => p.MaxGoodputRps),
            report.Policies.ToDictionary(p => p.Name, p => JsonSerializer.Serialize(p.Chosen)),
            clock.GetElapsedTime(startedAt).TotalSeconds)
        {
            Ratio = asked.Seeds > 1 ? report.Policies.ToDictionary(p => p.Name, p => p.Ci.Ratio) : null,
            MaxGoodput99Rps = asked.ExtraGoals ? report.Policies.ToDictionary(p => p.Name, p => p.MaxGoodput99Rps) : null,
            CpuS = CpuS() - cpuS,
        };
    }

    private static double CpuS()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return self.TotalProcessorTime.TotalSeconds;
    }
}
