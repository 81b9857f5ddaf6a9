using System.Runtime.InteropServices;
using RapidTuner.Control.Learned;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Engine.Scheduling;

namespace RapidTuner.Control.Planning;

/// <summary>
/// One candidate on one scenario, in a copy of the engine's own scheduler with predicted latencies. It runs in slices, so that no plan
/// takes long.
/// </summary>
internal sealed class Rollout : IEngineObserver
{
    private readonly SplitScheduler _idle;
    private readonly SplitScheduler _scheduler;
    private readonly RolloutExecutor _executor;
    private readonly RolloutPolicy _policy;
    private readonly ITerminalValue? _terminal;
    private readonly List<InFlightRequest> _inFlight = [];
    private readonly UpperShares _gaps = new();
    private readonly UpperShares _firsts = new();
    private readonly double _itlLimitS;
    private readonly double _fillShare;
    private List<ScenarioRequest> _scenario = [];
    private int _scoredFrom;
    private int _submitted;
    private double _speedup;
    private double _nowS;
    private double _attained;
    private double _missed;
    private double _missesMax;

    /// <summary>An idle rollout.</summary>
    /// <param name="options">The engine's options.</param>
    /// <param name="rule">The rule that candidates parametrise.</param>
    /// <param name="latency">What steps take; medians.</param>
    /// <param name="settings">How rollouts are made.</param>
    /// <param name="terminal">What the state at a scenario's end is worth; null: who is in flight then is judged as it stands.</param>
    public Rollout(EngineOptions options, FastRule rule, IStepLatency latency, PlannerSettings settings, ITerminalValue? terminal = null)
    {
        (_terminal, _itlLimitS, _fillShare) = (terminal, options.ItlLimitS, settings.FillShare);
        _policy = new RolloutPolicy(rule, options.ItlLimitS, options.WholePrompts);
        _executor = new RolloutExecutor(latency, settings.Scatter, settings.Bias);
        var tightened = options with { ItlLimitS = settings.ItlShare * options.ItlLimitS, Palette = rule.Palette };
        _scheduler = new SplitScheduler(tightened, _policy, _executor, this);
        _idle = new SplitScheduler(tightened, _policy, _executor, this);
    }

    /// <summary>True when the scenario has been run to its end.</summary>
    public bool Done { get; private set; } = true;

    /// <summary>Requests that count.</summary>
    public int Scored => _scenario.Count - _scoredFrom;

    /// <summary>Steps that the scenario took.</summary>
    public long Steps => _scheduler.Steps;

    /// <summary>Expected requests among them that attain their SLO; at most so many where the scenario was given up.</summary>
    public double Attained { get; private set; }

    /// <summary>What the value of the state at the end adds to <see cref="Attained"/>, requests; null without one, and where the scenario was given up.</summary>
    public double? Beyond { get; private set; }

    /// <summary>Upper 95 % of the gaps between tokens after the fill, seconds; NaN without any.</summary>
    public double ItlUpperS => _gaps.Value * _itlLimitS;

    /// <summary>Upper 95 % of the time to first token / its limit, of the requests that count; NaN without any.</summary>
    public double TtftUpperShare => _firsts.Value;

    /// <summary>Begins a candidate.</summary>
    /// <param name="candidate">Its parameters.</param>
    /// <param name="scenario">Requests by arrival; kept, not copied.</param>
    /// <param name="speedup">Arrival times are divided by it.</param>
    /// <param name="seed">Of the scatter: the same for candidates that are compared.</param>
    /// <param name="missesMax">Misses at which it is given up.</param>
    public void Start(RuleParameters candidate, List<ScenarioRequest> scenario, double speedup, ulong seed, double missesMax = double.PositiveInfinity)
    {
        _missesMax = missesMax;
        _policy.Parameters = candidate;
        _scheduler.CopyFrom(_idle);
        _executor.Reset(seed);
        _gaps.Clear();
        _firsts.Clear();
        (_scenario, _scoredFrom, _speedup) = (scenario, (int)(_fillShare * scenario.Count), speedup);
        (_submitted, _nowS, _attained, _missed) = (0, 0, 0, 0);
        (Done, Beyond) = (false, null);
    }

    /// <summary>Runs at most <paramref name="stepsMax"/> steps further; returns how many.</summary>
    public int Advance(int stepsMax)
    {
        var until = _scheduler.Steps + stepsMax;
        var from = _scheduler.Steps;
        while (_scheduler.Steps < until && !Done)
        {
            Event();
        }

        return (int)(_scheduler.Steps - from);
    }

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
        if (_submitted > _scoredFrom)
        {
            _gaps.Add(gapS / _itlLimitS, count);
        }
    }

    /// <inheritdoc/>
    public void OnFirstToken(double nowS, long id, double arrivalS)
    {
        if (id >= _scoredFrom)
        {
            _firsts.Add((nowS - arrivalS) / _scenario[(int)id].TtftLimitS, 1);
        }
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
        if (request.Id >= _scoredFrom)
        {
            _attained += request.Attained ? 1 : 0;
            _missed += request.Attained ? 0 : 1;
        }
    }

    private void Event()
    {
        var arrivalS = _submitted < _scenario.Count ? _scenario[_submitted].ArrivalS / _speedup : double.PositiveInfinity;
        if (double.IsPositiveInfinity(arrivalS))
        {
            // What happens after the last arrival is easier than what came before: it is judged as it stands.
            var alive = Alive();
            Attained = _attained + alive;
            Beyond = _terminal?.Value(End()) - alive;
            Done = true;
            return;
        }

        var endS = _executor.NextEndS;
        if (arrivalS < endS)
        {
            _nowS = arrivalS;
            Submit(in CollectionsMarshal.AsSpan(_scenario)[_submitted++]);
        }
        else
        {
            _nowS = endS;
            while (_executor.TryEnd(_nowS, out var stream))
            {
                _scheduler.Complete(stream, _nowS);
            }
        }

        _scheduler.Pump(_nowS);
        if (_missed > _missesMax)
        {
            (Attained, Done) = (Scored - _missed, true);
        }
    }

    private void Submit(in ScenarioRequest request)
    {
        var arrived = new EngineRequest(_nowS, request.PromptTokens, request.CachedTokens, request.OutputTokens, request.TtftLimitS);
        var handle = _scheduler.Submit(in arrived, _nowS);
        if (!handle.Refused)
        {
            _executor.SetOutput(handle.Slot, request.OutputTokens);
        }
    }

    /// <summary>The state at the end, under the scenario's own load.</summary>
    private PlanState End()
    {
        var seen = _scheduler.Observe(Phase.Decode, _nowS) with { ItlLimitS = _itlLimitS };
        return PlanReport.StateOf(in seen, _scenario, _speedup);
    }

    /// <summary>Requests in flight that can still attain. One that waits is taken to by the share of its time that is left.</summary>
    private double Alive()
    {
        _scheduler.InFlightTo(_inFlight);
        var alive = 0.0;
        foreach (var request in _inFlight)
        {
            if (request.Id < _scoredFrom)
            {
                continue;
            }

            var dueS = request.ArrivalS + request.TtftLimitS;
            var gaps = _scenario[(int)request.Id].OutputTokens - 1;
            if (double.IsNaN(request.FirstTokenS) && _nowS > dueS)
            {
                _firsts.Add((_nowS - request.ArrivalS) / request.TtftLimitS, 1);
            }

            alive += double.IsNaN(request.FirstTokenS) ? Math.Clamp((dueS - _nowS) / request.TtftLimitS, 0, 1)
                : request.FirstTokenS <= dueS && request.LateGaps <= gaps - (((99 * gaps) + 99) / 100) ? 1 : 0;
        }

        return alive;
    }
}
