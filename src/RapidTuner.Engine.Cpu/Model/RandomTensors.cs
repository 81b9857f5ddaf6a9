using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Engine.Cpu.Model;

/// <summary>
/// Seeded random weights, for a model that needs no files. Matrices are normal with variance 1/columns, so that activations keep their size
/// from layer to layer; norms are 1; biases are small. Each row has a stream of its own: the order of reading does not matter.
/// </summary>
internal sealed class RandomTensors(ulong seed) : ITensorSource
{
    private const float BiasSigma = 0.1f;

    /// <inheritdoc/>
    public void Check(IReadOnlyList<TensorShape> wanted, Problems found)
    {
        // Every tensor is there, in any shape.
    }

    /// <inheritdoc/>
    public void ReadRow(TensorShape tensor, int row, Span<float> into)
    {
        if (tensor.IsVector && tensor.Name.EndsWith("norm.weight", StringComparison.Ordinal))
        {
            into.Fill(1);
            return;
        }

        var rng = new Rng(seed, $"{tensor.Name}:{row}");
        var sigma = tensor.IsVector ? BiasSigma : 1 / MathF.Sqrt(tensor.Columns);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = (float)rng.NextGaussian() * sigma;
        }
    }
}
