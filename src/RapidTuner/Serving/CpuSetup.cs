using RapidTuner.Control.Policies;
using RapidTuner.Core.Control;
using RapidTuner.Core.Workload;
using RapidTuner.Engine;
using RapidTuner.Engine.Cpu;
using RapidTuner.Engine.Cpu.Profiling;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;
using RapidTuner.Serving.Trials;

namespace RapidTuner.Serving;

/// <summary>Turns options into a CPU engine and its load. The machine is measured for a few seconds first: policies and limits start from that.</summary>
internal static class CpuSetup
{
    /// <summary>Builds the setup, or throws with all that is wrong.</summary>
    /// <param name="options">What was asked for; device, tensor parallelism and stack are of no consequence here.</param>
    /// <param name="tier">The objective.</param>
    /// <param name="trace">The load; null for none.</param>
    /// <param name="clock">The clock.</param>
    public static ServeSetup Of(ServeOptions options, SloTier tier, Trace? trace, TimeProvider clock)
    {
        // What cannot be read is told when the service opens the registry of the same folder.
        static void Pass(string note)
        {
        }

        var generated = options.Model == new ServeOptions().Model ? null : options.Model;
        var model = CpuModels.Open(options.ModelPath, generated, options.Weights, options.Seed);
        var engine = new CpuEngineOptions { QueueMax = options.QueueMax, KvTokens = KvTokens(model), Slo = new Slo(SloLimits.NameOf(tier), null, 0, 1) };
        var registry = new ModelRegistry(options.Data, clock, Pass);
        var scenes = new SceneFolder(registry, Pass);
        var machine = MachineMark.Read();
        var started = CpuStart.Measure(model, engine, clock, scene => scenes.Settle(scene, machine));
        var found = new ChampionStore(registry, ModelFolder.Shipped, Pass).Find(started.Scene);
        var champion = found.Exact;
        var start = new LearnedStepLatency(started, LatencyQuantile.Median);
        var limits = new SloLimits(tier, start, engine.Units, model.Config.Experts > 0, trace?.Requests ?? [new TraceRequest(0, 1000, 200)]);
        engine = engine with { Slo = limits.Slo };
        var context = engine.ForScheduler(model.Config.ContextTokens);
        IPolicy Create(string name, LatencyModel? asked) => PolicyFactory.Create(
            name,
            new PolicyContext
            {
                Grid = new UnitGrid(engine.Units, engine.Units / 8, engine.Units / 8),
                ItlLimitS = limits.Slo.ItlS,
                Latency = champion is null ? start : new LearnedStepLatency(champion, LatencyQuantile.Median),
                Palette = engine.Palette,
                Engine = context,
                Champion = asked,
                Values = ServeSetup.ValuesOf(options, ChampionStore.ScopeOf(started.Scene.Device, started.Scene.Model, started.Scene.TensorParallel), clock),
                RealTime = true,
                Clock = clock,
                Exploration = ServeSetup.ExplorationOf(options),
                Seed = options.Seed,
            });
        var trial = new TrialSetup(options, clock, () => new ChampionStore(new ModelRegistry(options.Data, clock, Pass), ModelFolder.Shipped, Pass).Find(started.Scene), Create).Make();
        var policy = trial.Policy;
        LoopedLoad? load = null;
        if (trace is not null)
        {
            var fits = trace.Requests.Where(r => r.PromptTokens + r.OutputTokens <= model.Config.ContextTokens).ToArray();
            var rps = options.Rate > 0 ? options.Rate : ServeSetup.LoadShare * RateTable.Roofline(start, engine.Units, fits.Length > 0 ? fits : trace.Requests);
            load = new LoopedLoad(trace, rps, r => limits.TtftLimitS(in r));
        }

        var description = new EngineDescription(
            "cpu", "cpu", model.Name, 1, policy.Name, engine.Units, policy.Palette, model.Config.ContextTokens, engine.KvTokens, limits.Slo, Placeholders: false);
        var decideS = new RollingHistogram(1e-7);
        return new ServeSetup(
            description,
            load,
            rateEstimated: false,
            (observer, time) =>
            {
                scenes.Keep(started.Scene, machine);
                scenes.KeepStart(started);
                var running = new CpuEngine(model, engine, new TimedPolicy(policy, time, decideS), ServeSetup.Heard(policy, observer), load is null ? null : new CpuLoad(load), options.Seed, time);
                return new LiveEngine(running, running);
            },
            scene: null)
        {
            DecideS = decideS,
            Trial = trial,
            Foreseen = started.Scene,
            Started = started,
            Latencies = champion is null ? $"{started.Report.Rows} steps measured at the start; `rapidtuner train` learns more from this log" : $"champion {found.Id}",
        };
    }

    // Room for four of the longest conversations, within a gigabyte.
    private static int KvTokens(CpuModel model)
    {
        var tokens = Math.Min(4L * model.Config.ContextTokens, (1L << 30) / (sizeof(float) * model.Config.KvFloatsPerToken));
        return (int)Math.Max(16, tokens / 16 * 16);
    }
}
