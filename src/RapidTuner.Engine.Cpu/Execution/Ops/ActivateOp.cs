using System.Numerics.Tensors;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>SwiGLU: silu(gate) · up, with silu(g) = g · sigmoid(g).</summary>
internal sealed unsafe class ActivateOp(int feedForward, Func<StepBatch, int> rows) : StepOp
{
    private const int RowsPerTile = 16;

    public override int Tiles(StepBatch batch) => Pieces(rows(batch), RowsPerTile);

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var to = Math.Min(rows(batch), (tile + 1) * RowsPerTile);
        for (var row = tile * RowsPerTile; row < to; row++)
        {
            var gate = new ReadOnlySpan<float>(batch.GateUp.Floats + ((long)row * batch.GateUpStride), feedForward);
            var up = new ReadOnlySpan<float>(batch.GateUp.Floats + ((long)row * batch.GateUpStride) + feedForward, feedForward);
            var into = new Span<float>(batch.Inner.Floats + ((long)row * batch.InnerStride), feedForward);
            TensorPrimitives.Sigmoid(gate, into);
            TensorPrimitives.Multiply(into, gate, into);
            TensorPrimitives.Multiply(into, up, into);
        }
    }
}
