using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Core.Workload;
using RapidTuner.Engine;
using RapidTuner.Engine.Twin;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Workloads.Reading;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace RapidTuner.Bench.Engine;

/// <summary>
/// The simulator's speed on one core. Each row is the fastest of several whole runs of the trace: its time on the clock, and the least
/// processor time, from which steps per second are reckoned, so that other work on the machine counts little. "Steady" is a
/// batch that only decodes, without arrivals or ends, on a KV cache that never fills.
/// </summary>
internal sealed class EngineBench : IBench
{
    private const double ItlLimitS = 0.1;
    private const string Hybrid = "hybrid";
    private const string Disaggregated = "disagg";
    private const int SteadySequences = 64;
    private const int WarmUpSteps = 2_000;
    private const int SteadySteps = 200_000;
    private const int SteadyParts = 10;

    public string Name => "engine";

    public string About => "simulated steps per second, wall time of a whole trace, bytes per step; --workload --device --model --policy --rounds";

    public void Run(BenchOptions options, TextWriter output)
    {
        var names = options.Text("policy", "static:0.5,rapid,hybrid,disagg").Split(',');
        var catalogue = SpecCatalogue.Open();
        var device = catalogue.Device(options.Text("device", "mi300x"));
        var model = catalogue.Model(options.Text("model", "llama-3.1-70b"));
        var file = options.Text("workload", "../shared/workloads/azure-2023-conv.csv");
        var rounds = (int)options.Number("rounds", 7);
        options.Check();

        var trace = TraceReader.Read(file);
        var cost = new CostModel(device, model, catalogue.Stack("graphs"), 1, CostOptions.Default);
        var context = new PolicyContext { Grid = UnitGrid.Of(device), ItlLimitS = ItlLimitS, Latency = cost, Palette = device.DefaultPalette() };
        output.WriteLine($"{device.Name} + {model.Name}, {trace.Name}, {trace.Requests.Length} requests; fastest of {rounds} runs, one thread");
        output.WriteLine($"{"policy",-12} {"steps",10} {"wall s",8} {"cpu s",8} {"M steps/s",10} {"steady M/s",11} {"bytes/step",11} {"peak batch",11}");
        foreach (var name in names)
        {
            var policy = name is Hybrid or Disaggregated ? null : PolicyFactory.Create(name, context);
            var engine = OptionsOf(name, policy, device, model);
            var (steps, wallS, cpuS, peak) = Whole(counter => new TwinEngine(engine, cost, policy, counter, seed: 1, new TwinOptions()), trace, rounds);
            var endless = engine with { KvBlocks = 100_000_000, ContextTokens = 1_000_000 };
            var (steadyPerS, bytes) = Steady(new TwinEngine(endless, cost, policy, new StepCounter(), seed: 1, new TwinOptions()));
            output.WriteLine($"{name,-12} {steps,10} {wallS,8:F3} {cpuS,8:F3} {steps / cpuS / 1e6,10:F2} {steadyPerS / 1e6,11:F2} {bytes,11:F2} {peak,11}");
        }
    }

    private static EngineOptions OptionsOf(string name, IPolicy? policy, DeviceSpec device, ModelSpec model) => new()
    {
        Mode = name switch { Hybrid => EngineMode.Hybrid, Disaggregated => EngineMode.Disaggregated, _ => EngineMode.Split },
        DeviceUnits = device.Units,
        KvBlocks = MemoryPlan.For(device, model, 1, policy?.Palette ?? Palette.Unmasked(device.Units)).KvBlocks,
        ContextTokens = model.ContextTokens,
        ItlLimitS = ItlLimitS,
        KvBytesPerToken = model.KvBytesPerToken(1),
        LinkBytesPerS = device.LinkBytesPerS.Value,
        Layers = model.Layers,
    };

    private static double CpuS => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static (long Steps, double WallS, double CpuS, int PeakBatch) Whole(Func<StepCounter, TwinEngine> build, Trace trace, int rounds)
    {
        var (fastestS, leastS) = (double.MaxValue, double.MaxValue);
        var counter = new StepCounter();
        for (var round = 0; round < rounds; round++)
        {
            counter = new StepCounter();
            var engine = build(counter);
            var (startedAt, startedCpuS) = (Stopwatch.GetTimestamp(), CpuS);
            foreach (ref readonly var request in trace.Requests.AsSpan())
            {
                engine.Submit(in request, Math.Max(1, request.PromptTokens / 1000.0));
            }

            engine.Drain();
            fastestS = Math.Min(fastestS, Stopwatch.GetElapsedTime(startedAt).TotalSeconds);
            leastS = Math.Min(leastS, CpuS - startedCpuS);
        }

        return (counter.Steps, fastestS, leastS, counter.PeakBatch);
    }

    private static (double StepsPerS, double BytesPerStep) Steady(TwinEngine engine)
    {
        for (var i = 0; i < SteadySequences; i++)
        {
            engine.Submit(new TraceRequest(0, 200 + i, 2 * SteadySteps), 1);
        }

        Steps(engine, WarmUpSteps);
        var leastS = double.MaxValue;
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        for (var part = 0; part < SteadyParts; part++)
        {
            var startedCpuS = CpuS;
            Steps(engine, SteadySteps / SteadyParts);
            leastS = Math.Min(leastS, CpuS - startedCpuS);
        }

        return (SteadySteps / SteadyParts / leastS, (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / SteadySteps);
    }

    private static void Steps(TwinEngine engine, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            engine.Step(double.PositiveInfinity);
        }
    }
}
