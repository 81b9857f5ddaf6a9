using System.Diagnostics;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Bench.Learning;

/// <summary>Step latencies learned from logged steps of the twin, scored on steps of another seed.</summary>
internal sealed class LatencyBench : IBench
{
    public string Name => "latency";

    public string About => "error, interval coverage and speed of latency models learned from the twin's logged steps, on steps of another seed";

    public void Run(BenchOptions options, TextWriter output)
    {
        var only = options.Text("only", "");
        var steps = (int)options.Number("steps", 60_000);
        var trees = (int)options.Number("trees", 96);
        var rate = options.Number("learning-rate", 0.15);
        var leaves = (int)options.Number("leaves", 31);
        options.Check();
        var catalogue = SpecCatalogue.Open();
#pragma warning disable RS0030 // A bench measures real time.
        var clock = TimeProvider.System;
#pragma warning restore RS0030
        output.WriteLine("| device, model | group | steps | MAPE | median | p99 | law alone | interval holds | below p95 | width |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        var timings = new List<string>();
        foreach (var pair in LatencyPair.MainOf(catalogue, only))
        {
            var (device, model) = (pair.Device.Name, pair.Model.Name);
            var fitted = LatencyTrainer.Fit(pair.Scene, pair.Profile(steps, 1), new LatencyFitOptions { Trees = trees, LearningRate = rate, Leaves = leaves }, clock);
            StepSample[] fresh = [.. pair.Profile(20_000, 1001)];
            foreach (var group in fresh.GroupBy(s => (s.Phase, Regime: s.BesideUnits == 0 ? "alone" : s.Units + s.BesideUnits > s.DeviceUnits ? "overlapped" : "disjoint")).OrderBy(g => g.Key))
            {
                output.WriteLine($"| {device} {model} | {group.Key.Phase} {group.Key.Regime} | {Row(fitted, [.. group])} |");
            }

            timings.Add($"| {device} {model} | {fitted.Report.FitS:F1} s | {fitted.Report.Parameters["prefill_trees"]} + {fitted.Report.Parameters["decode_trees"]} | {Speed(fitted, pair)} |");
        }

        output.WriteLine();
        output.WriteLine("| device, model | fit | trees | prediction alone | beside | palette sweep of 8 | bytes |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        timings.ForEach(output.WriteLine);
    }

    private static string Row(LatencyModel model, StepSample[] steps)
    {
        var apes = new double[steps.Length];
        var (inside, below, width, law) = (0, 0, 0.0, 0.0);
        for (var i = 0; i < steps.Length; i++)
        {
            var s = steps[i];
            var measuredS = s.EndS - s.StartS;
            var estimate = model.Estimate(s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits);
            apes[i] = Math.Abs((estimate.P50S / measuredS) - 1);
            inside += measuredS >= estimate.LowS && measuredS <= estimate.HighS ? 1 : 0;
            below += measuredS <= estimate.P95S ? 1 : 0;
            width += (estimate.HighS - estimate.LowS) / estimate.P50S;
            law += Math.Abs((model.LawS(s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits) / measuredS) - 1);
        }

        Array.Sort(apes);
        var n = steps.Length;
        return $"{n} | {apes.Average():P2} | {apes[n / 2]:P2} | {apes[(int)(0.99 * n)]:P1} | {law / n:P1} | {(double)inside / n:P1} | {(double)below / n:P1} | {width / n:P1}";
    }

    private static string Speed(LatencyModel model, LatencyPair pair)
    {
        var latency = new LearnedStepLatency(model, LatencyQuantile.Upper);
        StepSample[] steps = [.. pair.Profile(2_000, 7).Where(s => s.BesideUnits > 0)];
        int[] units = [.. pair.Device.DefaultPalette().DecodeUnits];
        int[] besides = [.. units.Select(u => Math.Max(1, pair.Device.Units - u))];
        var seconds = new double[units.Length];
        var sink = 0.0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        double Time(Action<StepSample> act)
        {
            var best = double.PositiveInfinity;
            for (var round = 0; round < 30; round++)
            {
                var started = Stopwatch.GetTimestamp();
                foreach (var step in steps)
                {
                    act(step);
                }

                best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / steps.Length);
            }

            return best;
        }

        var alone = Time(s => sink += latency.AloneS(s.Phase, s.Work, s.Units));
        var beside = Time(s => sink += latency.BesideS(s.Phase, s.Work, s.Units, s.Beside, s.BesideUnits));
        var sweep = Time(s =>
        {
            latency.Sweep(s.Phase, s.Work, units, s.Beside, besides, seconds);
            sink += seconds[0];
        });
        GC.KeepAlive(sink);
        var perCall = (GC.GetAllocatedBytesForCurrentThread() - before) / (90 * steps.Length);
        return $"{alone:F0} ns | {beside:F0} ns | {sweep:F0} ns | {perCall}";
    }
}
