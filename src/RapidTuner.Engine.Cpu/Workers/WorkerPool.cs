using RapidTuner.Engine.Cpu.Execution;
using RapidTuner.Engine.Cpu.Execution.Ops;
using RapidTuner.Engine.Cpu.Model;

namespace RapidTuner.Engine.Cpu.Workers;

/// <summary>
/// The worker threads, one per core, and the streams that they serve. With enough cores each is held on a processor of its own. Idle workers spin shortly and then sleep; a launch wakes them.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>Turns that a worker waits for work before it sleeps. Chosen: some tens of microseconds, a gap between steps.</summary>
    private const int TurnsBeforeSleep = 200;
    private const int SpinsPerTurn = 20;

    /// <summary>Turns without a tile after which the core is offered to other programs.</summary>
    private const int TurnsBeforeYield = 8;

    private readonly Thread[] _threads;
    private readonly WorkerScratch[] _scratches;
    private readonly StreamSlot[] _streams;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly int _deviceUnits;
    private readonly int[]? _processors;
    private int _sleepers;
    private volatile bool _stop;
    private volatile Exception? _fault;

    /// <param name="config">The model.</param>
    /// <param name="ops">A step's operations.</param>
    /// <param name="streams">Streams that run at once: 2, or 1 in hybrid mode.</param>
    /// <param name="cores">Worker threads, ≥ 1.</param>
    /// <param name="deviceUnits">Units that all cores together have.</param>
    /// <param name="ended">Called on a worker when a stream's step has ended, or when a worker broke.</param>
    /// <param name="clock">Measures tiles.</param>
    public WorkerPool(DecoderConfig config, StepOp[] ops, int streams, int cores, int deviceUnits, Action<int> ended, TimeProvider clock)
    {
        _deviceUnits = deviceUnits;
        _streams = [.. Enumerable.Range(0, streams).Select(i => new StreamSlot(new RunningProgram(ops) { Ended = () => ended(i) }, cores))];
        _scratches = [.. Enumerable.Range(0, cores).Select(_ => new WorkerScratch(config, AttentionOp.TokensPerTile * config.Group))];
        _processors = CorePinning.For(cores, CorePinning.Allowed());
        _threads = [.. Enumerable.Range(0, cores).Select(i => new Thread(() => Loop(i, new Worker(i, _streams, _scratches[i], clock), ended)) { Name = $"worker {i}", IsBackground = true })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>True when every worker has a processor of its own.</summary>
    public bool Pinned => _processors is not null;

    /// <summary>What broke a worker; null while all run.</summary>
    public Exception? Fault => _fault;

    /// <summary>Starts a step on a stream that is idle. Takes microseconds.</summary>
    public void Start(int stream, StepBatch batch, int units, bool fromEnd)
    {
        _streams[stream].SetUnits(units, fromEnd, _deviceUnits);
        _streams[stream].Program.Start(batch);
        var sleepers = Volatile.Read(ref _sleepers);
        if (sleepers > 0)
        {
            _wake.Release(sleepers);
        }
    }

    /// <summary>Stops the workers; a step under way is left unfinished.</summary>
    public void Dispose()
    {
        _stop = true;
        _wake.Release(_threads.Length);
        foreach (var thread in _threads)
        {
            thread.Join();
        }

        foreach (var scratch in _scratches)
        {
            scratch.Dispose();
        }

        _wake.Dispose();
    }

    private void Loop(int core, Worker worker, Action<int> ended)
    {
        if (_processors is not null)
        {
            _ = CorePinning.Pin(_processors[core]);
        }

        var idle = 0;
        try
        {
            while (!_stop)
            {
                if (worker.RunOne(out var anyRuns))
                {
                    idle = 0;
                    continue;
                }

                idle++;
                if (!anyRuns && idle > TurnsBeforeSleep)
                {
                    Sleep();
                    idle = 0;
                }
                else if (idle > TurnsBeforeYield)
                {
                    Thread.Yield();
                }
                else
                {
                    Thread.SpinWait(SpinsPerTurn);
                }
            }
        }
#pragma warning disable CA1031 // Whatever broke a worker is told to the engine, which stops and says so.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            _fault = broken;
            _stop = true;
            ended(0);
        }
    }

    private void Sleep()
    {
        Interlocked.Increment(ref _sleepers);

        // A launch that did not see this sleeper has already set its program to run.
        if (_stop || AnyRuns())
        {
            Interlocked.Decrement(ref _sleepers);
            return;
        }

        _wake.Wait();
        Interlocked.Decrement(ref _sleepers);
    }

    private bool AnyRuns()
    {
        foreach (var stream in _streams)
        {
            if (!stream.Program.Done)
            {
                return true;
            }
        }

        return false;
    }
}
