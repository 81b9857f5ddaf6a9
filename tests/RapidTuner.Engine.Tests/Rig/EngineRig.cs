using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Engine.Scheduling;

namespace RapidTuner.Engine.Tests.Rig;

/// <summary>
/// A scheduler over the test executor, driven through virtual time. After every event it recomputes what the scheduler
/// only counts and demands that something runs as long as anything is in flight.
/// </summary>
internal sealed class EngineRig
{
    private readonly int _blockTokens;

    public EngineRig(EngineOptions options, IPolicy? policy = null, Func<StepLaunch, double>? latencyS = null)
    {
        Options = options;
        _blockTokens = options.BlockTokens;
        Executor = new TestExecutor(latencyS ?? (_ => 1))
        {
            FirstDecodeStream = options.Mode switch { EngineMode.Split => 1, EngineMode.Hybrid => 0, _ => options.PrefillDevices },
        };
        Scheduler = options.Mode switch
        {
            EngineMode.Split => new SplitScheduler(options, policy ?? new FixedPolicy(options.DeviceUnits, new Split(options.DeviceUnits / 2, options.DeviceUnits / 2)), Executor, Log),
            EngineMode.Hybrid => new HybridScheduler(options, Executor, Log),
            _ => new DisaggregatedScheduler(options, Executor, Log),
        };
        Scheduler.Tokens = Log;
    }

    public EngineOptions Options { get; }

    public TestExecutor Executor { get; }

    public TokenLog Log { get; } = new();

    public EngineScheduler Scheduler { get; }

    public SplitScheduler Split => (SplitScheduler)Scheduler;

    public double NowS { get; private set; }

    /// <summary>Options of a small device that tests override with <c>with</c>.</summary>
    public static EngineOptions Small(EngineMode mode = EngineMode.Split) =>
        new() { Mode = mode, DeviceUnits = 8, KvBlocks = 1000, ContextTokens = 100_000, ItlLimitS = 1.5 };

    /// <summary>Submits at the present time and launches.</summary>
    public RequestHandle Submit(int promptTokens, int outputTokens, int cachedTokens = 0, double ttftLimitS = double.PositiveInfinity)
    {
        var handle = Enqueue(promptTokens, outputTokens, cachedTokens, ttftLimitS);
        Pump();
        return handle;
    }

    /// <summary>Submits at the present time; nothing is launched yet.</summary>
    public RequestHandle Enqueue(int promptTokens, int outputTokens, int cachedTokens = 0, double ttftLimitS = double.PositiveInfinity)
    {
        var handle = Scheduler.Submit(new EngineRequest(NowS, promptTokens, cachedTokens, outputTokens, ttftLimitS), NowS);
        if (!handle.Refused)
        {
            Executor.Submitted(handle, promptTokens, cachedTokens, outputTokens);
        }

        return handle;
    }

    public bool Cancel(RequestHandle handle)
    {
        var cancelled = Scheduler.Cancel(handle, NowS);
        Pump();
        return cancelled;
    }

    public void Pump()
    {
        Scheduler.Pump(NowS);
        Check();
    }

    /// <summary>Runs all that happens at the next instant; false when nothing is due.</summary>
    public bool Step()
    {
        var nextS = Math.Min(Executor.NextEndS, Scheduler.NextTimerS);
        if (double.IsPositiveInfinity(nextS))
        {
            return false;
        }

        Assert.True(nextS >= NowS, "time ran backwards");
        NowS = nextS;
        foreach (var stream in Executor.Streams.Where(s => s.Value.EndS <= NowS).Select(s => s.Key).ToArray())
        {
            Executor.Ended(stream);
            Scheduler.Complete(stream, NowS);
        }

        if (Scheduler.NextTimerS <= NowS)
        {
            Scheduler.OnTimer(NowS);
        }

        Pump();
        return true;
    }

    public void AdvanceTo(double toS)
    {
        while (Math.Min(Executor.NextEndS, Scheduler.NextTimerS) <= toS)
        {
            Step();
        }

        NowS = toS;
    }

    public void Drain(int stepsMax = 1_000_000)
    {
        while (Step())
        {
            Assert.True(stepsMax-- > 0, "no end in sight");
        }

        Assert.Equal(0, Scheduler.InFlight);
        Assert.Equal(0, Scheduler.Queued);
        Assert.Equal(0, Scheduler.QueuedTokens);
        Assert.Equal(0, Scheduler.DecodeSequences);
        Assert.Equal(1, Scheduler.KvFreeShare);
    }

    private void Check()
    {
        Assert.True(Scheduler.InFlight == 0 || Executor.Streams.Count > 0 || double.IsFinite(Scheduler.NextTimerS), $"stuck at {NowS} with {Scheduler.InFlight} in flight");
        Assert.Equal(Scheduler.Submitted, Scheduler.InFlight + Log.Requests.Count);
        if (Options.Mode != EngineMode.Disaggregated)
        {
            Assert.Equal(Options.KvBlocks - HeldBlocks(), (int)Math.Round(Scheduler.KvFreeShare * Options.KvBlocks));
        }
    }

    // Every request in flight that has begun holds the blocks of its whole prompt in prefill; in decode those of its context,
    // and in a running step those of one token more.
    private int HeldBlocks()
    {
        var held = 0;
        var members = Executor.Members(0);
        var decoding = Executor.Streams.Values.Any(r => r.Launch.Phase is Phase.Decode or Phase.Hybrid);
        foreach (var sequence in Executor.Sequences.Values.Where(s => s.Computed >= 0 && !Log.Requests.ContainsKey(s.Handle.Id)))
        {
            var tokens = members.Contains(sequence.Handle.Slot) ? sequence.ContextTokens + (decoding ? 1 : 0)
                : sequence.PromptDone ? sequence.ContextTokens
                : sequence.PromptTokens + sequence.Generated;
            held += (tokens + _blockTokens - 1) / _blockTokens;
        }

        return held;
    }
}
