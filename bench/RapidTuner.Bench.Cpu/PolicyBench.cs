using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Engine.Cpu;
using RapidTuner.Engine.Cpu.Numerics;
using RapidTuner.Learning.Latency;
using RapidTuner.Serving;

namespace RapidTuner.Bench.Cpu;

/// <summary>
/// The tuner's loop on real latencies: the law of the machine's start measurement, a log under random splits, a model trained on its first part and scored on its last, and
/// then policies side by side at one rate, in interleaved runs of the same requests.
/// </summary>
internal sealed class PolicyBench(int rounds, double runS, double logS, double rateShare, TimeProvider clock, TextWriter output)
{
    private static readonly string[] Names = ["hybrid", "overlap", "static:0.25", "static:0.5", "static:0.75", "rapid", "learned"];

    private readonly CpuModel _model = CpuModel.Generate(1, WeightFormat.BFloat16);

    public void Run()
    {
        var options = new CpuEngineOptions { Slo = new Slo("bench", null, 0, 1) };
        var start = CpuStart.Measure(_model, options, clock);
        var prefillS = start.AloneS(Phase.Prefill, StepWork.Prefill(1, options.ChunkTokens, 0), options.Units);
        var decodeS = start.AloneS(Phase.Decode, StepWork.Decode(8, 8 * 500), options.Units);
        options = options with { Slo = new Slo("bench", null, 0, 4 * decodeS) };
        double TtftLimitS(int prompt) => Math.Max(0.05, 6 * prefillS * prompt / options.ChunkTokens);
        var requestS = (prefillS * 410 / options.ChunkTokens) + (36 * decodeS / 8);
        var rps = rateShare / requestS;
        output.WriteLine();
        output.WriteLine($"tiny-random, {options.Cores} cores, {options.Units} units; limits: ITL {options.Slo.ItlS * 1e3:F1} ms (4 × unloaded), TTFT 6 × unloaded, at least 50 ms; {rps:F1} requests/s ({rateShare:P0} of what both phases alone would take)");
        var log = new KeptSteps();
        Serve(options, new RandomSplits(options.Palette, 3), new PoissonLoad(rps, logS, 99, TtftLimitS), log, logS);
        var trained = Learn(options, (LearnedStepLatency)start, log);
        Compare(options, trained, rps, TtftLimitS);
        _model.Dispose();
    }

    // Trained on the first 70 % of the log's time, scored on the rest.
    private LearnedStepLatency Learn(CpuEngineOptions options, LearnedStepLatency start, KeptSteps log)
    {
        var cutS = 0.7 * log.Steps[^1].EndS;
        var scene = start.Model.Scene;
        var model = LatencyTrainer.Fit(scene, log.Steps.Where(s => s.EndS < cutS), new LatencyFitOptions(), clock);
        var trained = new LearnedStepLatency(model, LatencyQuantile.Median);
        var prior = new LearnedStepLatency(LatencyModel.Prior(scene), LatencyQuantile.Median);
        output.WriteLine();
        output.WriteLine($"median error of predicted step times on the last 30 % of a log of {log.Steps.Count} steps under random splits, trained on the first 70 % ({model.Report.Rows} used)");
        output.WriteLine($"{"phase",-8} {"steps",7} {"prior",8} {"at start",9} {"trained",8}");
        foreach (var phase in new[] { Phase.Prefill, Phase.Decode })
        {
            var held = log.Steps.Where(s => s.EndS >= cutS && s.Phase == phase && (s.BesideShare <= 0.02 || s.BesideShare >= 0.9)).ToArray();
            output.WriteLine($"{phase,-8} {held.Length,7} {Error(prior, held),8:P1} {Error(start, held),9:P1} {Error(trained, held),8:P1}");
        }

        return new LearnedStepLatency(LatencyTrainer.Fit(scene, log.Steps, new LatencyFitOptions(), clock), LatencyQuantile.Median);
    }

    private static double Error(LearnedStepLatency latency, StepSample[] steps)
    {
        var errors = new List<double>();
        foreach (var step in steps)
        {
            var alone = step.BesideShare <= 0.02;
            var beside = step.Beside;
            var predictedS = alone ? latency.AloneS(step.Phase, step.Work, step.Units) : latency.BesideS(step.Phase, step.Work, step.Units, in beside, step.BesideUnits);
            errors.Add(Math.Abs((predictedS / (step.EndS - step.StartS)) - 1));
        }

        return errors.Count == 0 ? double.NaN : Clock.Median(errors);
    }

    private void Compare(CpuEngineOptions options, LearnedStepLatency latency, double rps, Func<int, double> ttftLimitS)
    {
        var goodput = Names.ToDictionary(n => n, _ => new double[rounds], StringComparer.Ordinal);
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < Names.Length; i++)
            {
                var name = Names[(i + round) % Names.Length];
                var kept = new KeptSteps();
                var policy = name == "hybrid" ? null : PolicyFactory.Create(name, new PolicyContext
                {
                    Grid = new UnitGrid(options.Units, options.Units / 8, options.Units / 8), ItlLimitS = options.Slo.ItlS, Latency = latency, Palette = options.Palette, Seed = 1,
                });
                var of = options with { Mode = policy is null ? EngineMode.Hybrid : EngineMode.Split };
                Serve(of, policy, new PoissonLoad(rps, runS, (ulong)round, ttftLimitS), kept, runS);
                goodput[name][round] = kept.Requests.Count(r => r.Attained) / (double)kept.Requests.Count;
            }
        }

        output.WriteLine();
        output.WriteLine($"share of requests that met both limits; {rounds} rounds of {runS:F0} s, every policy the same requests in each, their order turned; difference to learned: mean and 95 % bootstrap interval over rounds");
        output.WriteLine($"{"policy",-12} {"attained",9} {"goodput/s",10}   {"learned − it",12}");
        foreach (var name in Names)
        {
            var differences = goodput["learned"].Zip(goodput[name], (a, b) => a - b).ToArray();
            var (low, high) = Interval(differences);
            output.WriteLine($"{name,-12} {goodput[name].Average(),9:P1} {rps * goodput[name].Average(),10:F2}   {differences.Average(),+8:P1} [{low:P1}, {high:P1}]");
        }
    }

    private void Serve(CpuEngineOptions options, IPolicy? policy, ICpuLoad load, KeptSteps kept, double seconds)
    {
        var engine = new CpuEngine(_model, options, policy, kept, load, 1, clock);
        engine.Start();
        while (engine.NowS < seconds || (engine.Snapshot.InFlight > 0 && engine.NowS < seconds + 5))
        {
            using var pause = new ManualResetEventSlim();
            pause.Wait(20);
        }

        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static (double Low, double High) Interval(double[] values)
    {
        const int draws = 10_000;
        var rng = new Rng(1, "bootstrap");
        var means = Enumerable.Range(0, draws).Select(_ => values.Select(_ => values[rng.NextInt(values.Length)]).Average()).Order().ToArray();
        return (means[(int)(0.025 * draws)], means[(int)(0.975 * draws) - 1]);
    }
}
