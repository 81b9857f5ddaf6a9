using RapidTuner.Engine.Cpu.Execution;
using RapidTuner.Engine.Cpu.Execution.Ops;

namespace RapidTuner.Engine.Cpu.Workers;

/// <summary>
/// A step that workers compute together, without locks. <c>_state</c> packs what a worker needs to take a tile: the operation, how many tiles it has
/// and the next one; taking is one compare-and-swap. Whoever ends an operation's last tile starts the next operation, and whoever ends
/// the last operation marks the step as done: every write of an operation happens before any read of the next, through <c>_left</c> and <c>_state</c>.
/// </summary>
internal sealed class RunningProgram(StepOp[] ops)
{
    private const int TileBits = 24;
    private const long TileMask = (1L << TileBits) - 1;
    private const int OpShift = 2 * TileBits;

    private StepBatch? _batch;
    private long _state;
    private int _left;
    private int _done = 1;

    /// <summary>Called once by the worker that ends the step.</summary>
    public Action? Ended { get; init; }

    /// <summary>True when no step is under way.</summary>
    public bool Done => Volatile.Read(ref _done) == 1;

    /// <summary>Starts a step; workers may take tiles from now on.</summary>
    public void Start(StepBatch batch)
    {
        _batch = batch;
        Volatile.Write(ref _done, 0);
        StartOp(0);
    }

    /// <summary>Takes a tile; false when none can be taken now (another worker is at the operation's last ones, or no step runs).</summary>
    public bool TryTake(out int op, out int tile)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var tiles = (state >> TileBits) & TileMask;
            var next = state & TileMask;
            op = (int)(state >> OpShift);
            tile = (int)next;
            if (next >= tiles)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state, state + 1, state) == state)
            {
                return true;
            }
        }
    }

    /// <summary>Computes a tile that was taken, and moves on when it was the operation's last.</summary>
    public void Run(int op, int tile, WorkerScratch scratch)
    {
        ops[op].Run(_batch!, tile, scratch);
        if (Interlocked.Decrement(ref _left) == 0)
        {
            StartOp(op + 1);
        }
    }

    private void StartOp(int op)
    {
        for (; op < ops.Length; op++)
        {
            long tiles = ops[op].Tiles(_batch!);
            if (tiles > 0)
            {
                Volatile.Write(ref _left, (int)tiles);
                Volatile.Write(ref _state, ((long)op << OpShift) | (tiles << TileBits));
                return;
            }
        }

        Volatile.Write(ref _state, 0);
        Volatile.Write(ref _done, 1);
        Ended?.Invoke();
    }
}
