using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>A product of each expert's rows with its own matrix.</summary>
internal sealed unsafe class ExpertMatmulOp(
    PackedMatrix[] experts, Func<StepBatch, (NativeBuffer Buffer, int Stride)> from, Func<StepBatch, (NativeBuffer Buffer, int Stride)> into) : StepOp
{
    public override int Tiles(StepBatch batch)
    {
        var tiles = 0;
        for (var expert = 0; expert < experts.Length; expert++)
        {
            tiles += TilesOf(expert, batch.Routing!.Count(expert));
        }

        return tiles;
    }

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var expert = 0;
        for (; tile >= TilesOf(expert, batch.Routing!.Count(expert)); expert++)
        {
            tile -= TilesOf(expert, batch.Routing.Count(expert));
        }

        var w = experts[expert];
        var count = batch.Routing.Count(expert);
        var rowTiles = Pieces(count, MatmulShape.RowsPerTile);
        var panels = MatmulShape.PanelsPerTile(w, count);
        var row = tile % rowTiles * MatmulShape.RowsPerTile;
        var panel = tile / rowTiles * panels;
        long place = batch.Routing.First(expert) + row;
        var (x, xStride) = from(batch);
        var (y, yStride) = into(batch);
        Gemm.Tile(
            w, x.Floats + (place * xStride), xStride, Math.Min(MatmulShape.RowsPerTile, count - row), panel, Math.Min(w.Panels, panel + panels),
            y.Floats + (place * yStride), yStride, add: false);
    }

    private int TilesOf(int expert, int count) =>
        count == 0 ? 0 : Pieces(count, MatmulShape.RowsPerTile) * Pieces(experts[expert].Panels, MatmulShape.PanelsPerTile(experts[expert], count));
}
