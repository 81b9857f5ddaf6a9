using System.Numerics.Tensors;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>RMSNorm of the residual stream: x / √(mean x² + ε) · weight.</summary>
internal sealed unsafe class NormOp(float[] weight, double epsilon) : StepOp
{
    private const int RowsPerTile = 32;

    public override int Tiles(StepBatch batch) => Pieces(batch.Rows, RowsPerTile);

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var to = Math.Min(batch.Rows, (tile + 1) * RowsPerTile);
        for (var row = tile * RowsPerTile; row < to; row++)
        {
            var x = new ReadOnlySpan<float>(batch.Residual.Floats + ((long)row * batch.HiddenStride), weight.Length);
            Norm(x, weight, epsilon, new Span<float>(batch.Normed.Floats + ((long)row * batch.HiddenStride), weight.Length));
        }
    }

    /// <summary>Norms one vector; <paramref name="into"/> may be <paramref name="x"/>.</summary>
    public static void Norm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, double epsilon, Span<float> into)
    {
        var scale = (float)(1 / Math.Sqrt((TensorPrimitives.SumOfSquares(x) / x.Length) + epsilon));
        TensorPrimitives.Multiply(x, scale, into);
        TensorPrimitives.Multiply(into, weight, into);
    }
}
