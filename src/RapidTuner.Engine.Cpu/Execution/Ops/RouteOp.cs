using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>Scores the experts, chooses each row's and gathers the rows by expert. One tile: it is a thousandth of the experts' work.</summary>
internal sealed unsafe class RouteOp(PackedMatrix router) : StepOp
{
    public override int Tiles(StepBatch batch) => 1;

    public override void Run(StepBatch batch, int tile, WorkerScratch scratch)
    {
        var routing = batch.Routing!;
        fixed (float* scores = routing.Scores)
        {
            Gemm.Tile(router, batch.Normed.Floats, batch.HiddenStride, batch.Rows, 0, router.Panels, scores, router.PaddedOutputs, add: false);
        }

        routing.Route(batch.Rows);
        for (var place = 0; place < routing.Visits; place++)
        {
            new ReadOnlySpan<float>(batch.Normed.Floats + ((long)routing.RowAt[place] * batch.HiddenStride), router.Depth)
                .CopyTo(new Span<float>(batch.Gathered!.Floats + ((long)place * batch.HiddenStride), router.Depth));
        }
    }
}
