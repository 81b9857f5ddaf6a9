using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Engine.Cpu;
using RapidTuner.Engine.Cpu.Numerics;
using RapidTuner.Engine.Cpu.Profiling;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Bench.Cpu;

/// <summary>Decode of one sequence on a model that no cache holds: bytes of weights and KV that a step reads per second, beside a copy of memory by as many threads.</summary>
internal static class DecodeBench
{
    private const int ContextTokens = 256;

    public static void Run(int rounds, TimeProvider clock, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"decode, 1 sequence of {ContextTokens} tokens, small-random, all cores; {rounds} interleaved rounds; medians");
        output.WriteLine($"{"weights",-14} {"MB/step",8} {"ms/step",8} {"tokens/s",9} {"GB/s read",10} {"copy GB/s",10} {"share",6} {"10th",6} {"90th",6} {"KV bytes",12} {"exact",6}");
        foreach (var format in Enum.GetValues<WeightFormat>())
        {
            using var model = CpuModel.Generate("small-random", 1, format);
            using var copy = new StreamCopy(Environment.ProcessorCount);
            var options = new CpuEngineOptions { Slo = new Slo("paper", 1, 1, 0.1) };
            using var meter = new CpuStepMeter(model, options, new ProfileGrid([32], [1], [ContextTokens]), 0.15, clock);
            var bytes = model.WeightBytes + (ContextTokens * model.Config.KvFloatsPerToken * sizeof(float));
            var (times, copies, shares) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                copies.Add(copy.BytesPerS());
                times.Add(meter.Measure(new ProfilePoint(new ProfileStep(Phase.Decode, 1, ContextTokens, options.Units)), default).MedianS);
                shares.Add(bytes / times[^1] / copies[^1]);
            }

            var stepS = Clock.Median(times);
            var kv = meter.Facts(default)["kv_bytes"];
            var blocks = ((32 + 15) / 16) + ((ContextTokens + 16) / 16);
            var share = Clock.Median(shares);
            output.WriteLine(
                $"{format,-14} {bytes / 1e6,8:F1} {stepS * 1e3,8:F2} {1 / stepS,9:F1} {bytes / stepS / 1e9,10:F1} {Clock.Median(copies) / 1e9,10:F1} {share,6:P0} {shares[shares.Count / 10],6:P0} {shares[shares.Count * 9 / 10],6:P0} {kv,12:N0} {(kv == blocks * 16 * model.Config.KvFloatsPerToken * sizeof(float) ? "yes" : "no"),6}");
        }
    }
}
