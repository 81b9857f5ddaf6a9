using System.Numerics.Tensors;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>Adds each row's experts, weighted, to the residual stream.</summary>
internal sealed unsafe class CombineOp(int hidden, int visits) : StepOp
{
    private const int RowsPerTile = 16;

    public override int Tiles(StepBatch batch) => Pieces(batch.Rows, RowsPerTile);

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var routing = batch.Routing!;
        var to = Math.Min(batch.Rows, (tile + 1) * RowsPerTile);
        for (var row = tile * RowsPerTile; row < to; row++)
        {
            var residual = new Span<float>(batch.Residual.Floats + ((long)row * batch.HiddenStride), hidden);
            for (var visit = row * visits; visit < (row + 1) * visits; visit++)
            {
                var from = new ReadOnlySpan<float>(batch.ExpertOut!.Floats + ((long)routing.Place[visit] * batch.HiddenStride), hidden);
                TensorPrimitives.MultiplyAdd(from, routing.Weight[visit], residual, residual);
            }
        }
    }
}
