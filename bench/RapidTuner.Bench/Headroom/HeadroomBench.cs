using System.Text.Json;
using RapidTuner.Core.Catalogue;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Workloads;

namespace RapidTuner.Bench.Headroom;

/// <summary>
/// The grid of COMPARISON §4: every rival's max_goodput against static-best. One line of JSON per finished cell goes to the results file, so
/// that an ended run goes on where it stopped; the table is printed from that file.
/// </summary>
internal sealed class HeadroomBench : IBench
{
    private const string Baseline = "static-best";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string Name => "headroom";

    public string About => "every rival against static-best: --cells core|full, --seeds 2, --requests N (default all), --policies P,…, --traces FOLDER, --minutes N, --out FILE.jsonl (goes on where it stopped)";

    public void Run(BenchOptions options, TextWriter output)
    {
        var cells = options.Text("cells", "core");
        var seeds = (int)options.Number("seeds", 2);
        var requests = (int)options.Number("requests", int.MaxValue);
        var policies = options.Text("policies", "static-best,hybrid,disagg,overlap,rapid,nexus,pdmux,bullet,atom").Split(',');
        var folder = options.Text("traces", "../shared/workloads");
        var results = options.Text("out", "headroom.jsonl");
        var minutes = options.Number("minutes", 1e6);
        options.Check();
        var done = Read(results);
        var catalogue = SpecCatalogue.Open();
#pragma warning disable RS0030 // A bench measures real time.
        var clock = TimeProvider.System;
#pragma warning restore RS0030
        var startedAt = clock.GetTimestamp();
        foreach (var cell in cells == "full" ? Cell.Full : Cell.Core)
        {
            if (done.Any(d => d.Cell == cell) || clock.GetElapsedTime(startedAt).TotalMinutes > minutes)
            {
                continue;
            }

            Console.Error.WriteLine($"{clock.GetElapsedTime(startedAt):hh\\:mm\\:ss} {cell}");
            var result = Replay(cell, Scene(cell, catalogue, folder, requests), policies, seeds, clock);
            done.Add(result);
            File.AppendAllText(results, JsonSerializer.Serialize(result, Json) + "\n");
        }

        Print(done, policies, output);
    }

    private static List<CellResult> Read(string path) =>
        File.Exists(path) ? [.. File.ReadLines(path).Where(l => l.Length > 0).Select(l => JsonSerializer.Deserialize<CellResult>(l, Json)!)] : [];

    private static ReplayScene Scene(Cell cell, SpecCatalogue catalogue, string folder, int requests)
    {
        var file = Path.Combine(folder, cell.Workload + ".csv");
        var trace = WorkloadSource.Load(File.Exists(file) ? file : cell.Workload, 1);
        return new ReplayScene
        {
            Trace = trace with { Requests = trace.Requests[..Math.Min(requests, trace.Requests.Length)] },
            Device = catalogue.Device(cell.Device),
            Model = catalogue.Model(cell.Model),
            Stack = catalogue.Stack("graphs"),
        };
    }

    private static CellResult Replay(Cell cell, ReplayScene scene, string[] policies, int seeds, TimeProvider clock)
    {
        var startedAt = clock.GetTimestamp();
        var report = new ReplayRunner(clock).Run(
            scene, new ReplayOptions { Policies = policies, Tier = Enum.Parse<SloTier>(cell.Slo, ignoreCase: true), FindMaxGoodput = true, Seeds = seeds });
        return new CellResult(
            cell,
            seeds,
            report.Requests,
            report.Policies.ToDictionary(p => p.Name, p => p.MaxGoodputRps),
            report.Policies.ToDictionary(p => p.Name, p => JsonSerializer.Serialize(p.Chosen)),
            clock.GetElapsedTime(startedAt).TotalSeconds);
    }

    private static void Print(IReadOnlyList<CellResult> results, string[] policies, TextWriter output)
    {
        var names = policies.Where(p => p != Baseline).ToArray();
        output.WriteLine($"| cell | static-best, req/s | {string.Join(" | ", names)} |");
        output.WriteLine($"|---|---:|{string.Concat(Enumerable.Repeat("---:|", names.Length))}");
        foreach (var result in results)
        {
            output.WriteLine($"| {result.Cell} | {result.MaxGoodputRps.GetValueOrDefault(Baseline):0.###} | {string.Join(" | ", names.Select(n => Text(Ratio(result, n))))} |");
        }

        output.WriteLine($"| **geometric mean** | | {string.Join(" | ", names.Select(n => $"**{Text(Mean(results, n))}**"))} |");
    }

    private static double? Ratio(CellResult result, string name) =>
        result.MaxGoodputRps.GetValueOrDefault(Baseline) is > 0 and var best ? result.MaxGoodputRps.GetValueOrDefault(name) / best : null;

    // A rival that sustains nothing in a cell has ratio 0, and its geometric mean with it: the cells it sustains are averaged, and said so by the table's zeros.
    private static double? Mean(IEnumerable<CellResult> results, string name)
    {
        var logs = results.Select(r => Ratio(r, name)).Where(r => r is > 0).Select(r => Math.Log(r!.Value)).ToArray();
        return logs.Length == 0 ? null : Math.Exp(logs.Average());
    }

    private static string Text(double? ratio) => ratio is { } value ? $"{value:0.00}" : "–";
}
