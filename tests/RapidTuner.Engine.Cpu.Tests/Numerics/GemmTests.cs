using RapidTuner.Core.Numerics;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Tests.Numerics;

public sealed unsafe class GemmTests
{
    public static TheoryData<int, string> Cases()
    {
        var data = new TheoryData<int, string>();
        foreach (var format in Enum.GetNames<WeightFormat>())
        {
            data.Add(128, format);
            data.Add(256, format);
            data.Add(512, format);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tile_EveryWidthFormatAndRowCount_EqualsSumsInDoublePrecision(int width, string format)
    {
        if ((width == 512 && !Lanes512.Supported) || (width == 256 && !Lanes256.Supported))
        {
            return;
        }

        foreach (var (rows, outputs, depth) in new[] { (1, 200, 300), (2, 32, 16), (3, 33, 257), (4, 64, 64), (7, 40, 48), (12, 96, 512), (29, 70, 96) })
        {
            Check(width, Enum.Parse<WeightFormat>(format), rows, outputs, depth, add: rows % 2 == 0);
        }
    }

    [Fact]
    public void Tile_ARowAloneOrAmongOthers_IsTheSameToTheBit()
    {
        foreach (var format in Enum.GetValues<WeightFormat>())
        {
            using var w = Matrix(format, 160, 300, new float[160 * 300], new float[160]);
            using var x = Random(40 * 300, 3);
            using var together = NativeBuffer.OfFloats(40 * 160);
            using var alone = NativeBuffer.OfFloats(160);
            Gemm.Tile(w, x.Floats, 300, 40, 0, w.Panels, together.Floats, 160, add: false);
            for (var row = 0; row < 40; row++)
            {
                Gemm.Tile(w, x.Floats + (row * 300), 300, 1, 0, w.Panels, alone.Floats, 160, add: false);
                Assert.Equal(new ReadOnlySpan<float>(together.Floats + (row * 160), 160).ToArray(), new ReadOnlySpan<float>(alone.Floats, 160).ToArray());
            }
        }
    }

    private static void Check(int width, WeightFormat format, int rows, int outputs, int depth, bool add)
    {
        var weights = new float[outputs * depth];
        var bias = new float[outputs];
        using var w = Matrix(format, outputs, depth, weights, bias);
        using var x = Random(rows * depth, 1);
        using var y = Random(rows * w.PaddedOutputs, 2);
        var before = new ReadOnlySpan<float>(y.Floats, rows * w.PaddedOutputs).ToArray();
        switch (width)
        {
            case 512: Gemm.Tile<Lanes512>(w, x.Floats, depth, rows, 0, w.Panels, y.Floats, w.PaddedOutputs, add); break;
            case 256: Gemm.Tile<Lanes256>(w, x.Floats, depth, rows, 0, w.Panels, y.Floats, w.PaddedOutputs, add); break;
            default: Gemm.Tile<Lanes128>(w, x.Floats, depth, rows, 0, w.Panels, y.Floats, w.PaddedOutputs, add); break;
        }

        for (var row = 0; row < rows; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                double sum = bias[output] + (add ? before[(row * w.PaddedOutputs) + output] : 0);
                for (var k = 0; k < depth; k++)
                {
                    sum += (double)x.Floats[(row * depth) + k] * weights[(output * depth) + k];
                }

                Assert.Equal(sum, y.Floats[(row * w.PaddedOutputs) + output], 2e-5 * depth);
            }
        }
    }

    // Fills `weights` with what the format can hold, by arithmetic of its own.
    private static PackedMatrix Matrix(WeightFormat format, int outputs, int depth, float[] weights, float[] bias)
    {
        var rng = new Rng(7, "weights");
        var w = new PackedMatrix(outputs, depth, format, withBias: true);
        for (var row = 0; row < outputs; row++)
        {
            var raw = Enumerable.Range(0, depth).Select(_ => (float)rng.NextGaussian()).ToArray();
            w.SetRow(row, raw);
            bias[row] = (float)rng.NextGaussian();
            w.SetBias(row, bias[row]);
            var step = raw.Max(MathF.Abs) / 127;
            for (var k = 0; k < depth; k++)
            {
                weights[(row * depth) + k] = format switch
                {
                    WeightFormat.FullPrecision => raw[k],
                    WeightFormat.BFloat16 => NearestWithEightBits(raw[k]),
                    _ => MathF.Round(raw[k] / step) * step,
                };
            }
        }

        return w;
    }

    private static float NearestWithEightBits(float value)
    {
        var unit = Math.ScaleB(1, Math.ILogB(value) - 7);
        return (float)(Math.Round(value / unit) * unit);
    }

    private static NativeBuffer Random(int count, ulong seed)
    {
        var buffer = NativeBuffer.OfFloats(count);
        var rng = new Rng(seed, "x");
        for (var i = 0; i < count; i++)
        {
            buffer.Floats[i] = (float)rng.NextGaussian();
        }

        return buffer;
    }
}
