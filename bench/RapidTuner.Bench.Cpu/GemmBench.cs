using RapidTuner.Core.Numerics;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Bench.Cpu;

/// <summary>Matrix products on one core, as a share of the multiply-adds that the same core does out of registers in the same round.</summary>
internal static unsafe class GemmBench
{
    private static readonly (int Rows, int Outputs, int Depth)[] Shapes = [(512, 512, 512), (128, 1024, 1024), (16, 1024, 1024), (4, 1024, 1024), (1, 1024, 1024)];

    public static void Run(int rounds, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"one core, fp32 activations, {rounds} interleaved rounds; flop/s and their share of the peak measured beside them, medians");
        output.WriteLine($"{"weights",-10} {"rows×outputs×depth",20} {"GFLOP/s",9} {"peak",8} {"share",7}  {"10th",6} {"90th",6}");
        foreach (var format in Enum.GetValues<WeightFormat>())
        {
            foreach (var (rows, outputs, depth) in Shapes)
            {
                Measure(format, rows, outputs, depth, rounds, output);
            }
        }
    }

    private static void Measure(WeightFormat format, int rows, int outputs, int depth, int rounds, TextWriter output)
    {
        using var w = new PackedMatrix(outputs, depth, format, withBias: false);
        using var x = NativeBuffer.OfFloats((long)rows * depth);
        using var y = NativeBuffer.OfFloats((long)rows * w.PaddedOutputs);
        var rng = new Rng(1, "gemm");
        var row = new float[depth];
        for (var i = 0; i < outputs; i++)
        {
            for (var k = 0; k < depth; k++)
            {
                row[k] = (float)rng.NextGaussian();
            }

            w.SetRow(i, row);
        }

        for (var i = 0L; i < (long)rows * depth; i++)
        {
            x.Floats[i] = (float)rng.NextGaussian();
        }

        var flops = 2.0 * rows * outputs * depth;
        var calls = Math.Max(1, (int)(2e8 / flops));
        var multiplies = (int)(2e8 / Machine.FlopsOf(1));
        var (rates, peaks, shares) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -3; round < rounds; round++)
        {
            var peak = Machine.FlopsOf(multiplies) / Clock.Seconds(() => Machine.Multiply(multiplies));
            var rate = calls * flops / Clock.Seconds(() =>
            {
                for (var i = 0; i < calls; i++)
                {
                    Gemm.Tile(w, x.Floats, depth, rows, 0, w.Panels, y.Floats, w.PaddedOutputs, add: false);
                }
            });
            if (round >= 0)
            {
                rates.Add(rate);
                peaks.Add(peak);
                shares.Add(rate / peak);
            }
        }

        var share = Clock.Median(shares);
        output.WriteLine($"{format,-10} {$"{rows}×{outputs}×{depth}",20} {Clock.Median(rates) / 1e9,9:F1} {Clock.Median(peaks) / 1e9,8:F1} {share,7:P0}  {shares[shares.Count / 10],6:P0} {shares[shares.Count * 9 / 10],6:P0}");
    }
}
