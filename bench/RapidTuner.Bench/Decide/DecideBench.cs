using System.Diagnostics;
using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Engine.Twin;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Workloads.Reading;

namespace RapidTuner.Bench.Decide;

/// <summary>
/// The time and allocation of one decision. Each policy first runs a load on the twin; the observations at which it was asked
/// are recorded, and then put to it again, each call timed by itself.
/// </summary>
internal sealed class DecideBench : IBench
{
    private const double ItlLimitS = 0.1;
    private const double TtftLimitS = 2;
    private const int Rounds = 5;

    public string Name => "decide";

    public string About => "p50, p99 and bytes of IPolicy.Decide over recorded observations; --policy --device --model --workload --rate --requests";

    public void Run(BenchOptions options, TextWriter output)
    {
        var names = PolicyNames.Parse(options.Text("policy", "static:0.6," + string.Join(',', PolicyNames.Pure)));
        var catalogue = SpecCatalogue.Open();
        var device = catalogue.Device(options.Text("device", "mi300x"));
        var model = catalogue.Model(options.Text("model", "llama-3.1-70b"));
        var file = options.Text("workload", "");
        var rateRps = options.Number("rate", 1);
        var requests = (int)options.Number("requests", 2000);
        options.Check();

        var load = file.Length == 0 ? SyntheticLoad.Of(requests, rateRps, seed: 1) : TraceReader.Read(file);
        var cost = new CostModel(device, model, catalogue.Stack("graphs"), 1, CostOptions.Default);
        var palette = device.DefaultPalette();
        var served = new EngineOptions
        {
            DeviceUnits = device.Units,
            KvBlocks = MemoryPlan.For(device, model, 1, palette).KvBlocks,
            ContextTokens = model.ContextTokens,
            ItlLimitS = ItlLimitS,
        };
        var context = new PolicyContext { Grid = UnitGrid.Of(device), ItlLimitS = ItlLimitS, Latency = cost, Palette = palette, Engine = served, RealTime = true };
        output.WriteLine($"{device.Name} + {model.Name}, {load.Name}, {Math.Min(requests, load.Requests.Length)} requests; timer {TimerNs():F0} ns, included in every call");
        output.WriteLine($"{"policy",-12} {"asked",8} {"p50 ns",8} {"p99 ns",8} {"p99.9 ns",9} {"mean ns",8} {"bytes",6}  reasons");
        foreach (var name in names)
        {
            IPolicy policy;
            try
            {
                policy = PolicyFactory.Create(name, context);
            }
            catch (BadInputException missing)
            {
                output.WriteLine($"{name,-12} not asked: {missing.Message}");
                continue;
            }

            var recorder = Record(policy, served, device, model, cost, load, requests);
            Measure(policy, recorder, output);
        }
    }

    private static ObservationRecorder Record(IPolicy policy, EngineOptions served, DeviceSpec device, ModelSpec model, CostModel cost, Core.Workload.Trace load, int requests)
    {
        var recorder = new ObservationRecorder(200_000);
        var options = served with { KvBlocks = MemoryPlan.For(device, model, 1, policy.Palette).KvBlocks };
        IEngineObserver heard = policy is IObservingPolicy observing ? new ObserverFan(recorder, observing.Observer) : recorder;
        var engine = new TwinEngine(options, cost, policy, heard, seed: 1, new TwinOptions());
        foreach (var request in load.Requests.Take(requests))
        {
            engine.Submit(in request, Math.Max(TtftLimitS, request.PromptTokens / 1000.0));
        }

        engine.Drain();
        return recorder;
    }

    private static void Measure(IPolicy policy, ObservationRecorder recorder, TextWriter output)
    {
        var seen = recorder.Seen.ToArray();
        var ticks = new long[seen.Length * Rounds];
        Ask(policy, seen, ticks.AsSpan(0, seen.Length));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            Ask(policy, seen, ticks.AsSpan(round * seen.Length, seen.Length));
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)ticks.Length;
        var meanNs = ticks.Average() * 1e9 / Stopwatch.Frequency;
        Array.Sort(ticks);
        var reasons = string.Join(' ', recorder.Reasons.OrderByDescending(r => r.Value).Select(r => $"{r.Key}:{r.Value}"));
        output.WriteLine($"{policy.Name,-12} {seen.Length,8} {Ns(ticks, 0.5),8:F0} {Ns(ticks, 0.99),8:F0} {Ns(ticks, 0.999),9:F0} {meanNs,8:F0} {bytes,6:F0}  {reasons}");
    }

    private static void Ask(IPolicy policy, Observation[] seen, Span<long> ticks)
    {
        for (var i = 0; i < seen.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            policy.Decide(in seen[i]);
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }
    }

    private static double Ns(long[] sorted, double share) =>
        sorted[(int)Math.Ceiling(share * sorted.Length) - 1] * 1e9 / Stopwatch.Frequency;

    private static double TimerNs()
    {
        var ticks = new long[100_000];
        for (var i = 0; i < ticks.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        Array.Sort(ticks);
        return Ns(ticks, 0.5);
    }
}
