using RapidTuner.Engine.Cpu.Drawing;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>Draws the next token of each sequence that gets one.</summary>
internal sealed unsafe class DrawOp(int vocabulary, SequenceTable sequences) : StepOp
{
    public override int Tiles(StepBatch batch) => batch.LogitCount;

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var sequence = sequences[batch.Slots[batch.LogitRows[tile]]];
        var logits = new ReadOnlySpan<float>(batch.Logits.Floats + ((long)tile * batch.LogitStride), vocabulary);
        batch.Drawn[tile] = TokenDraw.Draw(logits, sequence.Sampling, sequence.Generated, scratch.Probabilities, scratch.Order);
    }
}
