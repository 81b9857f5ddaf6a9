using System.Text.Json;
using RapidTuner.Core.Catalogue;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Workloads;

namespace RapidTuner.Bench.Rates;

/// <summary>Makes <c>models/rates.json</c>: the max_goodput of `rapid` on the bundled load, for the pairs that people try first.</summary>
internal sealed class RatesBench : IBench
{
    private static readonly (string Device, string Model)[] Pairs =
    [
        ("mi300x", "llama-3.1-70b"), ("mi300x", "mixtral-8x7b"), ("mi300x", "llama-3.1-8b"),
        ("h200", "llama-3.1-8b"), ("h200", "qwen3-30b-a3b"), ("h100", "llama-3.1-8b"),
        ("a100-80g", "qwen2.5-14b"), ("a100-80g", "llama-3.1-8b"), ("l20", "qwen2.5-3b"), ("l40s", "llama-3.1-8b"),
    ];

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string Name => "rates";

    public string About => "the shipped table of max_goodput: --workload shifting, --policy rapid; prints models/rates.json";

    public void Run(BenchOptions options, TextWriter output)
    {
        var workload = options.Text("workload", "shifting");
        var policy = options.Text("policy", "rapid");
        options.Check();
        var catalogue = SpecCatalogue.Open();
        var trace = WorkloadSource.Load(workload, 1);
#pragma warning disable RS0030 // A bench measures real time.
        var clock = TimeProvider.System;
#pragma warning restore RS0030
        var rates = Pairs.Select(pair =>
        {
            var scene = new ReplayScene { Trace = trace, Device = catalogue.Device(pair.Device), Model = catalogue.Model(pair.Model), Stack = catalogue.Stack("graphs") };
            Console.Error.WriteLine($"{pair.Device} {pair.Model}");
            return new { pair.Device, pair.Model, Tp = 1, Workload = trace.Name, Policy = policy, Slo = "paper", MaxGoodputRps = Math.Round(PlainMaxGoodput.Rps(scene, policy, clock, CancellationToken.None), 4) };
        });
        output.WriteLine(JsonSerializer.Serialize(
            new { Command = $"dotnet run -c Release --project bench/RapidTuner.Bench -- rates --workload {workload} --policy {policy} > models/rates.json", Rates = rates }, Json));
    }
}
