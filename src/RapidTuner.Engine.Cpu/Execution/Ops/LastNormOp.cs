namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>Final RMSNorm of the rows whose next token is drawn.</summary>
internal sealed unsafe class LastNormOp(float[] weight, double epsilon) : StepOp
{
    private const int RowsPerTile = 32;

    public override int Tiles(StepBatch batch) => Pieces(batch.LogitCount, RowsPerTile);

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var to = Math.Min(batch.LogitCount, (tile + 1) * RowsPerTile);
        for (var i = tile * RowsPerTile; i < to; i++)
        {
            var x = new ReadOnlySpan<float>(batch.Residual.Floats + ((long)batch.LogitRows[i] * batch.HiddenStride), weight.Length);
            NormOp.Norm(x, weight, epsilon, new Span<float>(batch.LastHidden.Floats + ((long)i * batch.HiddenStride), weight.Length));
        }
    }
}
