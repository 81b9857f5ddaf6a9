using System.Collections.Concurrent;
using System.Numerics.Tensors;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Model;

/// <summary>Reads tensors row by row and packs them; notes those that hold what is no number.</summary>
internal sealed class PackingReader(ITensorSource source, WeightFormat format)
{
    private readonly ConcurrentDictionary<string, byte> _notFinite = [];

    /// <summary>Names of tensors with NaN or infinities.</summary>
    public IEnumerable<string> NotFinite => _notFinite.Keys;

    public float[] Vector(TensorShape shape)
    {
        var vector = new float[shape.Columns];
        Read(shape, 0, vector);
        return vector;
    }

    /// <summary>One matrix of several tensors below each other, with their biases.</summary>
    public PackedMatrix Matrix(TensorShape[] parts, TensorShape[]? biases)
    {
        var depth = parts[0].Columns;
        var packed = new PackedMatrix(parts.Sum(p => p.Rows), depth, format, biases is not null);
        var first = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var (part, at) = (parts[i], first);
            Parallel.For(0, part.Rows, () => new float[depth], (row, _, weights) =>
            {
                Read(part, row, weights);
                packed.SetRow(at + row, weights);
                return weights;
            }, _ => { });
            if (biases is not null)
            {
                var bias = Vector(biases[i]);
                for (var row = 0; row < bias.Length; row++)
                {
                    packed.SetBias(at + row, bias[row]);
                }
            }

            first += part.Rows;
        }

        return packed;
    }

    /// <summary>A table whose rows are looked up: 32-bit and unpacked.</summary>
    public unsafe NativeBuffer Table(TensorShape shape)
    {
        var table = NativeBuffer.OfFloats((long)shape.Rows * shape.Columns);
        Parallel.For(0, shape.Rows, row => Read(shape, row, new Span<float>(table.Floats + ((long)row * shape.Columns), shape.Columns)));
        return table;
    }

    private void Read(TensorShape shape, int row, Span<float> into)
    {
        source.ReadRow(shape, row, into);
        if (!TensorPrimitives.IsFiniteAll<float>(into))
        {
            _notFinite.TryAdd(shape.Name, 0);
        }
    }
}
