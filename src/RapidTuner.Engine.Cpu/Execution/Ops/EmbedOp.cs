using RapidTuner.Engine.Cpu.Model;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>Looks tokens up and computes the rotary angles of their positions.</summary>
internal sealed unsafe class EmbedOp(Decoder decoder) : StepOp
{
    private const int RowsPerTile = 32;

    public override int Tiles(StepBatch batch) => Pieces(batch.Rows, RowsPerTile);

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var hidden = decoder.Config.Hidden;
        var half = decoder.Config.HeadDim / 2;
        var to = Math.Min(batch.Rows, (tile + 1) * RowsPerTile);
        for (var row = tile * RowsPerTile; row < to; row++)
        {
            new ReadOnlySpan<float>(decoder.Embedding.Floats + ((long)batch.Tokens[row] * hidden), hidden)
                .CopyTo(new Span<float>(batch.Residual.Floats + ((long)row * batch.HiddenStride), hidden));
            var angles = batch.Angles.Floats + ((long)row * 2 * half);
            for (var i = 0; i < half; i++)
            {
                (angles[half + i], angles[i]) = MathF.SinCos(batch.Positions[row] * decoder.Frequencies[i]);
            }
        }
    }
}
