using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>A product of every row with one matrix.</summary>
/// <param name="w">The matrix.</param>
/// <param name="from">Activations and the floats from one row to the next.</param>
/// <param name="into">Results, likewise.</param>
/// <param name="rows">Rows of the step.</param>
/// <param name="add">True: results are added to what is there.</param>
internal sealed unsafe class MatmulOp(
    PackedMatrix w, Func<StepBatch, (NativeBuffer Buffer, int Stride)> from, Func<StepBatch, (NativeBuffer Buffer, int Stride)> into, Func<StepBatch, int> rows, bool add) : StepOp
{
    public override int Tiles(StepBatch batch)
    {
        var count = rows(batch);
        return count == 0 ? 0 : Pieces(count, MatmulShape.RowsPerTile) * Pieces(w.Panels, MatmulShape.PanelsPerTile(w, count));
    }

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var count = rows(batch);
        var rowTiles = Pieces(count, MatmulShape.RowsPerTile);
        var panels = MatmulShape.PanelsPerTile(w, count);
        var row = tile % rowTiles * MatmulShape.RowsPerTile;
        var panel = tile / rowTiles * panels;
        var (x, xStride) = from(batch);
        var (y, yStride) = into(batch);
        Gemm.Tile(
            w, x.Floats + ((long)row * xStride), xStride, Math.Min(MatmulShape.RowsPerTile, count - row), panel, Math.Min(w.Panels, panel + panels),
            y.Floats + ((long)row * yStride), yStride, add);
    }
}
