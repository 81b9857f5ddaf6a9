using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Engine.Scheduling;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Engine.Twin;

/// <summary>
/// An engine in virtual time: the scheduler of every backend over the twin's executor, driven as a discrete-event simulation.
/// Events have a total order (time; ends of steps before timers before arrivals; stream number), so a seed reproduces
/// every run to the bit. Not thread-safe; one engine belongs to one thread.
/// </summary>
public sealed class TwinEngine
{
    private readonly TwinExecutor _executor;
    private bool _pumpDue;

    /// <summary>Builds an idle engine at time 0.</summary>
    /// <param name="options">Engine options; <see cref="EngineOptions.Mode"/> chooses the scheduler.</param>
    /// <param name="cost">How long steps take.</param>
    /// <param name="policy">The policy; needed in split mode only.</param>
    /// <param name="observer">Hears of every step and request.</param>
    /// <param name="seed">Seed of the jitter.</param>
    /// <param name="twin">Size of the jitter.</param>
    public TwinEngine(EngineOptions options, CostModel cost, IPolicy? policy, IEngineObserver observer, ulong seed, TwinOptions twin)
    {
        _executor = new TwinExecutor(cost, options, twin, seed);
        Scheduler = options.Mode switch
        {
            EngineMode.Split => new SplitScheduler(options, policy ?? throw new ArgumentNullException(nameof(policy), "split mode needs a policy"), _executor, observer),
            EngineMode.Hybrid => new HybridScheduler(options, _executor, observer),
            EngineMode.Disaggregated => new DisaggregatedScheduler(options, _executor, observer),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Mode, "unknown engine mode"),
        };
    }

    /// <summary>The scheduler, for its counters and state.</summary>
    public EngineScheduler Scheduler { get; }

    /// <summary>Virtual time, seconds.</summary>
    public double NowS { get; private set; }

    /// <summary>When something next happens by itself, seconds; +∞ when the engine is idle.</summary>
    public double NextEventS
    {
        get
        {
            PumpIfDue();
            return Math.Min(_executor.NextEndS, Scheduler.NextTimerS);
        }
    }

    /// <summary>
    /// Submits a request at its arrival, to which time is advanced. Requests that arrive at the same instant are all seen
    /// before the next launch.
    /// </summary>
    /// <param name="request">The request; its output length is known to the executor alone.</param>
    /// <param name="ttftLimitS">Its limit on the time to first token, seconds.</param>
    public RequestHandle Submit(in TraceRequest request, double ttftLimitS)
    {
        AdvanceTo(request.ArrivalS);
        var arrived = new EngineRequest(request.ArrivalS, request.PromptTokens, request.CachedTokens, request.OutputTokens, ttftLimitS);
        var handle = Scheduler.Submit(in arrived, NowS);
        if (!handle.Refused)
        {
            _executor.SetOutput(handle.Slot, request.OutputTokens);
            _pumpDue = true;
        }

        return handle;
    }

    /// <summary>Cancels a request at the present time; false when it has ended already.</summary>
    public bool Cancel(RequestHandle handle)
    {
        var cancelled = Scheduler.Cancel(handle, NowS);
        _pumpDue |= cancelled;
        return cancelled;
    }

    /// <summary>Runs everything that happens up to and at <paramref name="toS"/>.</summary>
    public void AdvanceTo(double toS)
    {
        while (Step(toS))
        {
        }

        NowS = Math.Max(NowS, toS);
    }

    /// <summary>Runs until nothing is left to do; returns the time of the last event, seconds.</summary>
    public double Drain()
    {
        while (Step(double.PositiveInfinity))
        {
        }

        return NowS;
    }

    /// <summary>Runs one event (all that happens at one instant) if it is due by <paramref name="untilS"/>; false when none is.</summary>
    public bool Step(double untilS)
    {
        if (untilS > NowS)
        {
            PumpIfDue();
        }

        var nextS = Math.Min(_executor.NextEndS, Scheduler.NextTimerS);
        if (nextS > untilS || double.IsPositiveInfinity(nextS))
        {
            return false;
        }

        // What happens at one instant happens before anything is launched.
        NowS = Math.Max(NowS, nextS);
        while (_executor.TryEnd(NowS, out var stream))
        {
            Scheduler.Complete(stream, NowS);
        }

        if (Scheduler.NextTimerS <= NowS)
        {
            Scheduler.OnTimer(NowS);
        }

        _pumpDue = false;
        Scheduler.Pump(NowS);
        return true;
    }

    /// <summary>Makes this engine equal to <paramref name="other"/> (split mode, same options and cost); its policy and observer stay its own.</summary>
    public void CopyFrom(TwinEngine other)
    {
        ((SplitScheduler)Scheduler).CopyFrom((SplitScheduler)other.Scheduler);
        _executor.CopyFrom(other._executor);
        NowS = other.NowS;
        _pumpDue = other._pumpDue;
    }

    private void PumpIfDue()
    {
        if (_pumpDue)
        {
            _pumpDue = false;
            Scheduler.Pump(NowS);
        }
    }
}
