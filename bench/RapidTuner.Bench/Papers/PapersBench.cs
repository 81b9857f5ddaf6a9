using RapidTuner.Bench.Headroom;
using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Reports;

namespace RapidTuner.Bench.Papers;

/// <summary>
/// The headline comparisons of RAPID-Serve (arXiv 2601.11822) and Nexus (arXiv 2507.06608), simulated with their own fixed settings
/// beside the published figures. The papers' exact traces are not public; ours stand in, so shapes can agree and figures need not.
/// </summary>
internal sealed class PapersBench : IBench
{
    private static readonly PaperCell[] Cells =
    [
        new("RAPID-Serve", "mi300x", "llama-3.1-70b", 8, "rapid", "azure-2023-conv"),
        new("RAPID-Serve", "mi300x", "llama-3.1-70b", 8, "rapid", "azure-2023-code"),
        new("RAPID-Serve", "mi300x", "mixtral-8x7b", 1, "rapid", "azure-2023-conv"),
        new("Nexus", "l20", "qwen2.5-3b", 1, "nexus", "azure-2023-conv"),
        new("Nexus", "l20", "qwen2.5-3b", 1, "nexus", "mooncake-conversation"),
    ];

    public string Name => "papers";

    public string About => "the papers' headline comparisons, simulated, beside the published figures: --traces FOLDER, --requests 3000";

    public void Run(BenchOptions options, TextWriter output)
    {
        var folder = options.Text("traces", "../shared/workloads");
        var requests = (int)options.Number("requests", 3000);
        options.Check();
        var catalogue = SpecCatalogue.Open();
        output.WriteLine("| paper | cell | unmasked slowdown | throughput vs hybrid, saturated | max_goodput vs hybrid | max_goodput vs disagg | TTFT p50 vs hybrid | ITL p50 vs hybrid |");
        output.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|");
        foreach (var cell in Cells)
        {
            foreach (var slowdown in new[] { 1.3, 3, 9.6 })
            {
                output.WriteLine(Row(cell, slowdown, Scene(cell, slowdown, catalogue, folder, requests)));
            }
        }
    }

    private static ReplayScene Scene(PaperCell cell, double slowdown, SpecCatalogue catalogue, string folder, int requests)
    {
        return new ReplayScene
        {
            Trace = CellTraces.First(CellTraces.Load(folder, cell.Workload), requests),
            Device = catalogue.Device(cell.Device),
            Model = catalogue.Model(cell.Model),
            Stack = catalogue.Stack("graphs"),
            TensorParallel = cell.TensorParallel,
            Cost = new CostOptions { UnmaskedSlowdown = slowdown },
        };
    }

    private static string Row(PaperCell cell, double slowdown, ReplayScene scene)
    {
        string[] policies = [cell.Policy, "hybrid", "disagg"];
        var search = Replay(scene, new ReplayOptions { Policies = policies, FindMaxGoodput = true, Order = PrefillOrder.Spf, ChunkTokens = 2048 });
        var ours = search.Policies.FirstOrDefault(p => p.Name == cell.Policy + ":fixed") ?? search.Policies[0];
        var hybrid = search.Policies.First(p => p.Name.StartsWith("hybrid", StringComparison.Ordinal));
        var disagg = search.Policies.First(p => p.Name.StartsWith("disagg", StringComparison.Ordinal));

        // Saturated: far more is offered than either can serve, so throughput is capacity. Compared: at 0.9 of what hybrid sustains.
        var traceRps = scene.Trace.Requests.Length / scene.Trace.SpanS;
        var saturated = Replay(scene, new ReplayOptions { Policies = [cell.Policy, "hybrid"], RateScale = 100, Order = PrefillOrder.Spf, ChunkTokens = 2048 });
        var sustainedRps = 0.9 * Math.Max(hybrid.MaxGoodputRps ?? 0, ours.MaxGoodputRps ?? 0);
        var compared = sustainedRps > 0
            ? Replay(scene, new ReplayOptions { Policies = [cell.Policy, "hybrid"], RateScale = sustainedRps / traceRps, Order = PrefillOrder.Spf, ChunkTokens = 2048 })
            : null;
        return $"| {cell.Paper} | {cell.Device}, {cell.Model}, tp {cell.TensorParallel}, {cell.Workload} | {slowdown} "
            + $"| {Ratio(saturated.Policies[0].ThroughputTokS, saturated.Policies[1].ThroughputTokS)} "
            + $"| {Ratio(ours.MaxGoodputRps, hybrid.MaxGoodputRps)} | {Ratio(ours.MaxGoodputRps, disagg.MaxGoodputRps)} "
            + $"| {Ratio(compared?.Policies[0].TtftS.P50, compared?.Policies[1].TtftS.P50)} | {Ratio(compared?.Policies[0].ItlS.P50, compared?.Policies[1].ItlS.P50)} |";
    }

#pragma warning disable RS0030 // A bench measures real time.
    private static ReplayReport Replay(ReplayScene scene, ReplayOptions options) => new ReplayRunner(TimeProvider.System).Run(scene, options);
#pragma warning restore RS0030

    private static string Ratio(double? value, double? of) =>
        value is null || of is null ? "–" : of == 0 ? (value == 0 ? "0 / 0" : $"{value:0.###} / 0") : $"{value / of:0.00}";
}
