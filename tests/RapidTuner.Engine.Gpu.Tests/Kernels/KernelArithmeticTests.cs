using RapidTuner.Core.Numerics;
using RapidTuner.Tests.Shared;

namespace RapidTuner.Engine.Gpu.Tests.Kernels;

/// <summary>Each kernel's arithmetic, against a plain computation in doubles. Tolerances are those of bf16: 2⁻⁸ relative.</summary>
public sealed unsafe class KernelArithmeticTests(HostKernels host) : IClassFixture<HostKernels>
{
    private const double Bf16 = 1.0 / 256;

    private readonly Rng _rng = new(1, "kernels");

    [NativeFact("c++")]
    public void RmsNorm_DividesByTheRootOfTheMeanSquare()
    {
        const int Rows = 3, Columns = 136;
        var (x, w, got) = (Noise(Rows * Columns), Noise(Columns), new ushort[Rows * Columns]);
        fixed (ushort* px = x, pw = w, po = got)
        {
            ((delegate* unmanaged<int, int, ushort*, ushort*, ushort*, int, float, void>)host.Export("host_rms_norm"))(Rows, 64, po, px, pw, Columns, 1e-5f);
        }

        for (var r = 0; r < Rows; r++)
        {
            var mean = Enumerable.Range(0, Columns).Average(c => Math.Pow(Wide(x[(r * Columns) + c]), 2));
            for (var c = 0; c < Columns; c++)
            {
                Near(Wide(x[(r * Columns) + c]) / Math.Sqrt(mean + 1e-5) * Wide(w[c]), got[(r * Columns) + c]);
            }
        }
    }

    [NativeFact("c++")]
    public void Rotary_TurnsPairsByTheirPosition()
    {
        const int Rows = 4, Heads = 3, Dim = 16, Stride = (Heads + 1) * Dim;
        var x = Noise(Rows * Stride);
        var got = (ushort[])x.Clone();
        var frequencies = Enumerable.Range(0, Dim / 2).Select(i => (float)Math.Pow(10_000, -2.0 * i / Dim)).ToArray();
        int[] positions = [0, 1, 7, 300];
        fixed (ushort* px = got)
        fixed (float* pf = frequencies)
        fixed (int* pp = positions)
        {
            ((delegate* unmanaged<int, int, ushort*, int*, float*, int, int, int, void>)host.Export("host_rotary"))(Rows, 32, px, pp, pf, Heads, Dim, Stride);
        }

        for (var r = 0; r < Rows; r++)
        {
            for (var h = 0; h < Heads; h++)
            {
                for (var i = 0; i < Dim / 2; i++)
                {
                    var at = (r * Stride) + (h * Dim) + i;
                    var (a, b, angle) = (Wide(x[at]), Wide(x[at + (Dim / 2)]), positions[r] * (double)frequencies[i]);
                    Near((a * Math.Cos(angle)) - (b * Math.Sin(angle)), got[at], 1e-3);
                    Near((a * Math.Sin(angle)) + (b * Math.Cos(angle)), got[at + (Dim / 2)], 1e-3);
                }
            }

            Assert.Equal(x.AsSpan((r * Stride) + (Heads * Dim), Dim), got.AsSpan((r * Stride) + (Heads * Dim), Dim));
        }
    }

    [NativeFact("c++")]
    public void SiluGate_GatesUp()
    {
        const int Rows = 2, Columns = 72;
        var (x, got) = (Noise(Rows * 2 * Columns, 4), new ushort[Rows * Columns]);
        fixed (ushort* px = x, po = got)
        {
            ((delegate* unmanaged<int, int, ushort*, ushort*, int, void>)host.Export("host_silu_gate"))(Rows, 32, po, px, Columns);
        }

        for (var i = 0; i < Rows * Columns; i++)
        {
            var (gate, up) = (Wide(x[(i / Columns * 2 * Columns) + (i % Columns)]), Wide(x[(i / Columns * 2 * Columns) + Columns + (i % Columns)]));
            Near(gate / (1 + Math.Exp(-gate)) * up, got[i]);
        }
    }

    [NativeFact("c++")]
    public void CausalSoftmax_SeesThePastAlone()
    {
        const int Heads = 2, Tokens = 3, History = 5, Columns = History + Tokens;
        var x = Noise(Heads * Tokens * Columns, 3);
        var got = (ushort[])x.Clone();
        fixed (ushort* px = got)
        {
            ((delegate* unmanaged<int, int, ushort*, int, int, int, float, void>)host.Export("host_causal_softmax"))(Heads * Tokens, 32, px, Tokens, Columns, History, 0.5f);
        }

        for (var row = 0; row < Heads * Tokens; row++)
        {
            var visible = History + (row % Tokens) + 1;
            var weights = Enumerable.Range(0, visible).Select(c => Math.Exp(0.5 * Wide(x[(row * Columns) + c]))).ToArray();
            for (var c = 0; c < Columns; c++)
            {
                Near(c < visible ? weights[c] / weights.Sum() : 0, got[(row * Columns) + c]);
            }
        }
    }

    [NativeFact("c++")]
    public void AppendKv_WritesTheLastTokenIntoItsBlock()
    {
        const int Sequences = 2, KvHeads = 2, Dim = 8, Blocks = 2, Stride = 3 * KvHeads * Dim;
        var (k, v) = (Noise(Sequences * Stride), Noise(Sequences * Stride));
        var (keys, values) = (new ushort[4 * KvHeads * 16 * Dim], new ushort[4 * KvHeads * 16 * Dim]);
        int[] tables = [3, 1, 0, 2], lengths = [17, 5];
        fixed (ushort* pk = k, pv = v, pks = keys, pvs = values)
        fixed (int* pt = tables, pl = lengths)
        {
            ((delegate* unmanaged<int, int, ushort*, ushort*, ushort*, ushort*, int*, int*, int, int, int, int, void>)host.Export("host_append_kv"))(
                Sequences, 32, pks, pvs, pk, pv, pt, pl, KvHeads, Dim, Blocks, Stride);
        }

        (int Block, int Slot)[] expected = [(1, 0), (0, 4)];
        for (var s = 0; s < Sequences; s++)
        {
            for (var h = 0; h < KvHeads; h++)
            {
                var at = (((expected[s].Block * KvHeads) + h) * 16 * Dim) + (expected[s].Slot * Dim);
                Assert.Equal(k.AsSpan((s * Stride) + (h * Dim), Dim), keys.AsSpan(at, Dim));
                Assert.Equal(v.AsSpan((s * Stride) + (h * Dim), Dim), values.AsSpan(at, Dim));
            }
        }

        Assert.Equal(Sequences * KvHeads * Dim, keys.Count(x => x != 0));
    }

    [NativeFact("c++")]
    public void DecodeAttention_AnyGroupAndParts_EqualsTheDefinition()
    {
        const int Sequences = 2, KvHeads = 2, Dim = 128, Blocks = 4;
        foreach (var (group, parts) in ((int, int)[])[(1, 1), (4, 3), (8, 2)])
        {
            var heads = KvHeads * group;
            var stride = (heads + (2 * KvHeads)) * Dim;
            var (q, keys, values) = (Noise(Sequences * stride), Noise(8 * KvHeads * 16 * Dim), Noise(8 * KvHeads * 16 * Dim));
            var got = new ushort[Sequences * heads * Dim];
            var partial = new float[Sequences * heads * parts * (Dim + 2)];
            int[] tables = [7, 2, 5, 0, 1, 6, 3, 4], lengths = [61, 3];
            var scale = (float)(1 / Math.Sqrt(Dim));
            fixed (ushort* pq = q, pk = keys, pv = values, po = got)
            fixed (float* pp = partial)
            fixed (int* pt = tables, pl = lengths)
            {
                ((delegate* unmanaged<int, int, int, ushort*, float*, ushort*, ushort*, ushort*, int*, int*, int, int, int, float, void>)host.Export("host_attention"))(
                    Sequences, KvHeads, parts, po, pp, pq, pk, pv, pt, pl, group, Blocks, stride, scale);
            }

            for (var s = 0; s < Sequences; s++)
            {
                for (var h = 0; h < heads; h++)
                {
                    long At(int token) => ((((long)tables[(s * Blocks) + (token / 16)] * KvHeads) + (h / group)) * 16 * Dim) + (token % 16 * Dim);
                    var weights = Enumerable.Range(0, lengths[s])
                        .Select(t => Math.Exp(scale * Enumerable.Range(0, Dim).Sum(d => Wide(q[(s * stride) + (h * Dim) + d]) * Wide(keys[At(t) + d])))).ToArray();
                    for (var d = 0; d < Dim; d++)
                    {
                        Near(weights.Select((w, t) => w * Wide(values[At(t) + d])).Sum() / weights.Sum(), got[(((s * heads) + h) * Dim) + d], 2e-3);
                    }
                }
            }
        }
    }

    [NativeFact("c++")]
    public void Sample_Greedy_TakesTheLargestAndTheFirstOfEquals()
    {
        const int Rows = 3, Vocabulary = 500;
        var logits = Noise(Rows * Vocabulary);
        logits[123] = Narrow(9);
        logits[Vocabulary + 77] = Narrow(9);
        logits[Vocabulary + 400] = Narrow(9);
        logits[(2 * Vocabulary) + 499] = Narrow(9);
        Assert.Equal([123, 77, 499], Sample(logits, Rows, Vocabulary, 0, 1));
    }

    [NativeFact("c++")]
    public void Sample_Temperature_DrawsBySoftmax()
    {
        const int Rows = 1500, Vocabulary = 3;
        var logits = Enumerable.Range(0, Rows).SelectMany(_ => new[] { Narrow(0), Narrow(1), Narrow(2) }).ToArray();
        var drawn = Sample(logits, Rows, Vocabulary, 1, 5);
        var total = Math.Exp(0) + Math.Exp(1) + Math.Exp(2);
        for (var t = 0; t < Vocabulary; t++)
        {
            var p = Math.Exp(t) / total;
            Assert.InRange(drawn.Count(d => d == t) / (double)Rows, p - (4 * Math.Sqrt(p * (1 - p) / Rows)), p + (4 * Math.Sqrt(p * (1 - p) / Rows)));
        }

        Assert.Equal(drawn, Sample(logits, Rows, Vocabulary, 1, 5));
        Assert.NotEqual(drawn, Sample(logits, Rows, Vocabulary, 1, 6));
    }

    [NativeFact("c++")]
    public void FillNoise_IsUniformWithinItsScale_AndReadsBack()
    {
        var got = new ushort[4096];
        var sink = new uint[4];
        fixed (ushort* p = got)
        fixed (uint* s = sink)
        {
            ((delegate* unmanaged<int, int, ushort*, long, float, uint, void>)host.Export("host_fill_noise"))(3, 64, p, got.Length, 0.5f, 1);
            ((delegate* unmanaged<int, int, uint*, uint*, long, void>)host.Export("host_memory_stream"))(4, 64, s, (uint*)p, got.Length / 8);
        }

        Assert.All(got, x => Assert.InRange(Wide(x), -0.5, 0.5));
        Assert.InRange(got.Average(Wide), -0.03, 0.03);
        Assert.InRange(got.Average(x => Wide(x) * Wide(x)), 0.075, 0.092);
        Assert.All(sink, x => Assert.Equal(0u, x));
    }

    private int[] Sample(ushort[] logits, int rows, int vocabulary, float temperature, uint seed)
    {
        var tokens = new int[rows];
        fixed (ushort* p = logits)
        fixed (int* t = tokens)
        {
            ((delegate* unmanaged<int, int, int*, ushort*, int, float, uint, void>)host.Export("host_sample"))(rows, 64, t, p, vocabulary, temperature, seed);
        }

        return tokens;
    }

    private ushort[] Noise(int count, double scale = 1) => [.. Enumerable.Range(0, count).Select(_ => Narrow((float)(scale * _rng.NextGaussian())))];

    private static double Wide(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    private static ushort Narrow(float value) => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);

    private static void Near(double expected, ushort got, double slack = 1e-4) =>
        Assert.InRange(Wide(got), expected - (Math.Abs(expected) * Bf16) - slack, expected + (Math.Abs(expected) * Bf16) + slack);
}
