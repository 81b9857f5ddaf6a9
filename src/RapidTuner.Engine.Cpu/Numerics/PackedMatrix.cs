using System.Numerics.Tensors;

namespace RapidTuner.Engine.Cpu.Numerics;

/// <summary>
/// A weight matrix of <see cref="Outputs"/> × <see cref="Depth"/>, packed for streaming: panels of <see cref="PanelColumns"/> outputs, within a
/// panel depth-major, so that a kernel reads memory once and in order. Outputs are padded with zeros to a whole panel, and so
/// must be the rows that receive them (<see cref="PaddedOutputs"/>).
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Outputs of a panel: two AVX-512 vectors.</summary>
    public const int PanelColumns = 32;

    private readonly NativeBuffer _weights;
    private readonly NativeBuffer? _scales;
    private readonly NativeBuffer? _bias;

    /// <summary>An all-zero matrix, to be filled by <see cref="SetRow"/>.</summary>
    public PackedMatrix(int outputs, int depth, WeightFormat format, bool withBias)
    {
        Outputs = outputs;
        Depth = depth;
        Format = format;
        BytesPerWeight = format switch { WeightFormat.FullPrecision => 4, WeightFormat.BFloat16 => 2, _ => 1 };
        _weights = new NativeBuffer((long)PaddedOutputs * depth * BytesPerWeight);
        _scales = format == WeightFormat.EightBit ? NativeBuffer.OfFloats(PaddedOutputs) : null;
        _bias = withBias ? NativeBuffer.OfFloats(PaddedOutputs) : null;
    }

    /// <summary>Rows of the matrix: elements of a result.</summary>
    public int Outputs { get; }

    /// <summary>Columns of the matrix: elements of an input.</summary>
    public int Depth { get; }

    public WeightFormat Format { get; }

    public int BytesPerWeight { get; }

    public int Panels => (Outputs + PanelColumns - 1) / PanelColumns;

    public int PaddedOutputs => Panels * PanelColumns;

    /// <summary>Bytes of weights and scales.</summary>
    public long Bytes => _weights.Bytes + (_scales?.Bytes ?? 0) + (_bias?.Bytes ?? 0);

    /// <summary>The first weight of a panel.</summary>
    public byte* Panel(int panel) => _weights.Pointer + ((long)panel * PanelColumns * Depth * BytesPerWeight);

    /// <summary>Scales of a panel's outputs; null but for int8.</summary>
    public float* Scales(int panel) => _scales is null ? null : _scales.Floats + ((long)panel * PanelColumns);

    /// <summary>Biases of a panel's outputs; null without.</summary>
    public float* Bias(int panel) => _bias is null ? null : _bias.Floats + ((long)panel * PanelColumns);

    /// <summary>Sets the bias of output <paramref name="row"/>.</summary>
    public void SetBias(int row, float value) => _bias!.Floats[row] = value;

    /// <summary>Packs the weights of output <paramref name="row"/>; rows may be set from several threads at once.</summary>
    public void SetRow(int row, ReadOnlySpan<float> weights)
    {
        if (weights.Length != Depth)
        {
            throw new ArgumentException($"{weights.Length} weights for a depth of {Depth}", nameof(weights));
        }

        var panel = row / PanelColumns;
        var column = row % PanelColumns;
        var to = Panel(panel);
        switch (Format)
        {
            case WeightFormat.FullPrecision:
                for (var k = 0; k < weights.Length; k++)
                {
                    ((float*)to)[((long)k * PanelColumns) + column] = weights[k];
                }

                break;
            case WeightFormat.BFloat16:
                for (var k = 0; k < weights.Length; k++)
                {
                    ((ushort*)to)[((long)k * PanelColumns) + column] = ToBFloat16(weights[k]);
                }

                break;
            default:
                var scale = Math.Abs(TensorPrimitives.MaxMagnitude(weights)) / sbyte.MaxValue;
                Scales(panel)[column] = scale;
                for (var k = 0; k < weights.Length; k++)
                {
                    ((sbyte*)to)[((long)k * PanelColumns) + column] = scale > 0 ? (sbyte)MathF.Round(weights[k] / scale) : (sbyte)0;
                }

                break;
        }
    }

    /// <summary>The weights of output <paramref name="row"/> as they count in a product, bias aside.</summary>
    public void GetRow(int row, Span<float> weights)
    {
        var panel = row / PanelColumns;
        var column = row % PanelColumns;
        var from = Panel(panel);
        for (var k = 0; k < Depth; k++)
        {
            var at = ((long)k * PanelColumns) + column;
            weights[k] = Format switch
            {
                WeightFormat.FullPrecision => ((float*)from)[at],
                WeightFormat.BFloat16 => BitConverter.UInt32BitsToSingle((uint)((ushort*)from)[at] << 16),
                _ => ((sbyte*)from)[at] * Scales(panel)[column],
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weights.Dispose();
        _scales?.Dispose();
        _bias?.Dispose();
    }

    /// <summary>The nearest bf16, ties to even.</summary>
    public static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
