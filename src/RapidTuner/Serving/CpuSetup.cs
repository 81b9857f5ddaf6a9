using RapidTuner.Control.Policies;
using RapidTuner.Core.Control;
using RapidTuner.Core.Workload;
using RapidTuner.Engine;
using RapidTuner.Engine.Cpu;
using RapidTuner.Evaluation.Slos;

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
        var generated = options.Model == new ServeOptions().Model ? null : options.Model;
        var model = CpuModels.Open(options.ModelPath, generated, options.Weights, options.Seed);
        var engine = new CpuEngineOptions { QueueMax = options.QueueMax, KvTokens = KvTokens(model), Slo = new Slo(SloLimits.NameOf(tier), null, 0, 1) };
        var start = CpuStart.Measure(model, engine, clock);
        var limits = new SloLimits(tier, start, engine.Units, model.Config.Experts > 0, trace?.Requests ?? [new TraceRequest(0, 1000, 200)]);
        engine = engine with { Slo = limits.Slo };
        var policy = PolicyFactory.Create(
            options.Policy,
            new PolicyContext { Grid = new UnitGrid(engine.Units, engine.Units / 8, engine.Units / 8), ItlLimitS = limits.Slo.ItlS, Latency = start, Palette = engine.Palette, Seed = options.Seed });
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
                var running = new CpuEngine(model, engine, new TimedPolicy(policy, time, decideS), observer, load is null ? null : new CpuLoad(load), options.Seed, time);
                return new LiveEngine(running, running);
            },
            scene: null)
        {
            DecideS = decideS,
        };
    }

    // Room for four of the longest conversations, within a gigabyte.
    private static int KvTokens(CpuModel model)
    {
        var tokens = Math.Min(4L * model.Config.ContextTokens, (1L << 30) / (sizeof(float) * model.Config.KvFloatsPerToken));
        return (int)Math.Max(16, tokens / 16 * 16);
    }
}
