namespace RapidTuner.Engine.Cpu.Execution.Ops;

/// <summary>
/// One operation of a step, cut into tiles that any worker may compute in any order. An operation starts when the one before it has
/// ended. A tile's result does not depend on how the operation was cut or on what else the step holds.
/// </summary>
internal abstract class StepOp
{
    /// <summary>Tiles of the step at hand; asked once, when the operation starts.</summary>
    public abstract int Tiles(StepBatch batch);

    /// <summary>Computes one tile.</summary>
    /// <param name="batch">The step.</param>
    /// <param name="tile">0 to <see cref="Tiles"/> − 1.</param>
    /// <param name="scratch">The worker's own room.</param>
    public abstract void Run(StepBatch batch, int tile, WorkerScratch scratch);

    /// <summary>Pieces of <paramref name="size"/> that <paramref name="total"/> is cut into.</summary>
    protected static int Pieces(int total, int size) => (total + size - 1) / size;
}
