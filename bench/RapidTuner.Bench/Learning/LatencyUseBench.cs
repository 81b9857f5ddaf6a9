using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Engine;
using RapidTuner.Engine.Twin;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Workloads.Reading;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Bench.Learning;

/// <summary>The shipped latency models where they are used: on the steps of a replay, of twins that differ, and on pairs they were not trained for.</summary>
internal sealed class LatencyUseBench : IBench
{
    /// <summary>Load of the replay, relative to what one prompt after the other would saturate.</summary>
    private const double PrefillBusyShare = 0.35;

    /// <summary>Steps after which a corrected model is scored: a few seconds of serving.</summary>
    private const int WarmSteps = 300;

    private static readonly (string Device, string Model)[] Unseen = [("h100", "llama-3.1-8b"), ("mi300x", "qwen3-32b"), ("h200", "qwen2.5-32b"), ("l40s", "qwen2.5-7b"), ("a100-80g", "llama-3.1-8b"), ("mi210", "llama-3.1-8b")];

    public string Name => "latency-use";

    public string About => "the shipped latency models on a replay's steps, on perturbed twins and on unseen pairs, as they are and corrected online; --only --workload --requests";

    public void Run(BenchOptions options, TextWriter output)
    {
        var only = options.Text("only", "");
        var file = options.Text("workload", "../shared/workloads/azure-2023-conv.csv");
        var requests = (int)options.Number("requests", 1500);
        options.Check();
        var catalogue = SpecCatalogue.Open();
        var trace = TraceReader.Read(file);
        output.WriteLine($"{trace.Name}, {requests} requests, policy rapid; corrected: scored after the first {WarmSteps} steps of the phase");
        output.WriteLine();
        output.WriteLine("| device, model | twin | phase | steps | as shipped: MAPE | below p95 | corrected: MAPE | below p95 |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var pair in LatencyPair.MainOf(catalogue, only))
        {
            Score(output, pair, "as trained", trace, requests);
            Score(output, new LatencyPair(catalogue, pair.Device.Name, pair.Model.Name, new CostOptions { Perturb = 0.1, PerturbSeed = 7 }), "perturbed 10 %", trace, requests);
            Score(output, new LatencyPair(catalogue, pair.Device.Name, pair.Model.Name, new CostOptions { Perturb = 0.2, PerturbSeed = 8 }), "perturbed 20 %", trace, requests);
        }

        foreach (var (device, model) in Unseen.Where(p => $"{p.Device} {p.Model}".Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            Score(output, new LatencyPair(catalogue, device, model), "never seen", trace, requests);
        }
    }

    private static void Score(TextWriter output, LatencyPair pair, string kind, Trace trace, int requests)
    {
        var champion = new ChampionStore(null, ModelFolder.Shipped, Console.Error.WriteLine).Find(pair.Device, pair.Model, 1);
        var steps = Replay(pair, trace, requests);
        foreach (var phase in new[] { Phase.Prefill, Phase.Decode })
        {
            var tracker = new ResidualTracker();
            var (median, upper) = (new LearnedStepLatency(champion.Model, LatencyQuantile.Median, tracker), new LearnedStepLatency(champion.Model, LatencyQuantile.Upper, tracker));
            var (n, plain, below, corrected, correctedBelow, late) = (0, 0.0, 0, 0.0, 0, 0);
            foreach (var s in steps.Where(s => s.Phase == phase && (s.BesideShare <= 0.02 || s.BesideShare >= 0.9)))
            {
                var (beside, besideUnits) = s.BesideShare <= 0.02 ? (default, 0) : (s.Beside, s.BesideUnits);
                var measuredS = s.EndS - s.StartS;
                var estimate = champion.Model.Estimate(phase, s.Work, s.Units, beside, besideUnits);
                n++;
                plain += Math.Abs((estimate.P50S / measuredS) - 1);
                below += measuredS <= estimate.P95S ? 1 : 0;
                if (n > WarmSteps)
                {
                    late++;
                    corrected += Math.Abs((median.BesideS(phase, s.Work, s.Units, beside, besideUnits) / measuredS) - 1);
                    correctedBelow += measuredS <= upper.BesideS(phase, s.Work, s.Units, beside, besideUnits) ? 1 : 0;
                }

                median.Observe(s);
            }

            output.WriteLine($"| {pair.Device.Name} {pair.Model.Name} ({champion.Kind.ToString().ToLowerInvariant()}) | {kind} | {phase.ToString().ToLowerInvariant()} | {n} | {plain / n:P1} | {(double)below / n:P1} | "
                + (late == 0 ? "- | - |" : $"{corrected / late:P1} | {(double)correctedBelow / late:P1} |"));
        }
    }

    private static List<StepSample> Replay(LatencyPair pair, Trace trace, int requests)
    {
        const double ItlLimitS = 0.1;
        var policy = PolicyFactory.Create("rapid", new PolicyContext { Grid = UnitGrid.Of(pair.Device), ItlLimitS = ItlLimitS, Latency = pair.Cost, Palette = pair.Device.DefaultPalette() });
        var engine = new EngineOptions
        {
            DeviceUnits = pair.Device.Units, KvBlocks = MemoryPlan.For(pair.Device, pair.Model, 1, policy.Palette).KvBlocks, ContextTokens = pair.Model.ContextTokens, ItlLimitS = ItlLimitS,
        };
        var log = new StepLog();
        var twin = new TwinEngine(engine, pair.Cost, policy, log, seed: 3, new TwinOptions());

        // Arrivals are scaled so that prompts alone keep the device busy for a third of the time.
        var kept = trace.Requests.Where(r => r.PromptTokens + r.OutputTokens < pair.Model.ContextTokens).Take(requests).ToArray();
        var promptS = kept.Sum(r => pair.Cost.AloneS(Phase.Prefill, StepWork.Prefill(1, r.PromptTokens, 0), pair.Device.Units));
        var scale = promptS / PrefillBusyShare / Math.Max(1e-9, kept[^1].ArrivalS - kept[0].ArrivalS);
        foreach (var request in kept)
        {
            twin.Submit(request with { ArrivalS = (request.ArrivalS - kept[0].ArrivalS) * scale }, ttftLimitS: 10);
        }

        twin.Drain();
        return log.Steps;
    }
}
