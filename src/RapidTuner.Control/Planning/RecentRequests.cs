using RapidTuner.Core;
using RapidTuner.Core.Numerics;
using RapidTuner.Core.Samples;
using RapidTuner.Learning.OutputLength;

namespace RapidTuner.Control.Planning;

/// <summary>
/// The latest requests as they arrived, from which scenarios are made: the load's own order, gaps and lengths. What a request that still
/// runs will produce is drawn from those that ended and those that got as far.
/// </summary>
internal sealed class RecentRequests : IEngineObserver
{
    // Chosen: the mean stay is over about so many ends.
    private const int StaysKept = 200;
    private const int NotThere = -1;

    // Arrivals of a load and of clients come a wake-up out of order; a clock that goes back by more has jumped.
    private const double JumpS = 1;

    private readonly Seen[] _ring;
    private readonly Dictionary<long, long> _places = [];
    private readonly OutputLengthEstimate _lengths = new();
    private readonly List<RunningRequest> _running = [];
    private readonly Rng _rng;
    private readonly ArrivalForecast? _forecast;
    private readonly int _contextTokens;
    private int _stays;
    private long _taken;
    private long _jumped;
    private double _latestS = double.NegativeInfinity;
    private long _decodeSteps;

    /// <summary>Remembers at most <paramref name="capacity"/> requests.</summary>
    /// <param name="capacity">Requests.</param>
    /// <param name="seed">Of the lengths that are drawn.</param>
    /// <param name="contextTokens">Prompt and output of a request together are at most this.</param>
    /// <param name="forecast">Scales what is written to the load that is expected; null: it stays as it was.</param>
    public RecentRequests(int capacity, ulong seed, int contextTokens = int.MaxValue, ArrivalForecast? forecast = null)
    {
        _forecast = forecast;
        _contextTokens = contextTokens;
        _ring = new Seen[capacity];
        _rng = new Rng(seed, "planner-lengths");
    }

    /// <summary>Mean time from arrival to end of the requests of late, seconds; 0 before the first ended.</summary>
    public double StayS { get; private set; }

    /// <inheritdoc/>
    public void OnTaken(double nowS, long id, int promptTokens, int cachedTokens, double ttftLimitS)
    {
        _forecast?.Add(nowS, promptTokens);

        // By order of arrival, not by number: refused requests have numbers too, and would leave no room for those that are served.
        ref var place = ref _ring[_taken % _ring.Length];
        if (_taken >= _ring.Length)
        {
            _places.Remove(place.Id);
        }

        _places[id] = _taken++;
        if (nowS < _latestS - JumpS)
        {
            // What arrived before the jump lies ahead now: no scenario can be made of both.
            _jumped = _taken - 1;
        }

        _latestS = nowS;
        place = new Seen { Id = id, ArrivalS = nowS, PromptTokens = promptTokens, CachedTokens = cachedTokens, TtftLimitS = ttftLimitS, FirstAtStep = -1 };
    }

    /// <inheritdoc/>
    public void OnFirstToken(double nowS, long id, double arrivalS)
    {
        if (_places.TryGetValue(id, out var place))
        {
            _ring[place % _ring.Length].FirstAtStep = _decodeSteps;
        }
    }

    /// <inheritdoc/>
    public void OnStep(in StepSample step) => _decodeSteps += step.Phase == Phase.Prefill ? 0 : 1;

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
        if (request.Outcome == Outcome.Finished)
        {
            var stayS = request.FinishS - request.ArrivalS;
            StayS += stayS is >= 0 and < double.PositiveInfinity ? (stayS - StayS) / Math.Min(++_stays, StaysKept) : 0;
            _lengths.AddFinished(request.PromptTokens, request.OutputTokens);
        }
        else if (request.OutputTokens > 0)
        {
            _lengths.AddStopped(request.PromptTokens, request.OutputTokens);
        }

        if (_places.TryGetValue(request.Id, out var place))
        {
            // A request that its client left is one that is not there.
            _ring[place % _ring.Length].OutputTokens = request.Outcome == Outcome.Finished ? request.OutputTokens : NotThere;
        }
    }

    /// <summary>Events were lost: whatever seems to run may have ended, and is not planned for unless its end is heard.</summary>
    public void ForgetRunning()
    {
        foreach (ref var seen in _ring.AsSpan())
        {
            seen.OutputTokens = seen.OutputTokens == 0 ? NotThere : seen.OutputTokens;
        }
    }

    /// <summary>Writes the latest requests, by arrival.</summary>
    /// <param name="into">Filled anew; arrivals counted from the first.</param>
    /// <param name="nowS">Engine seconds.</param>
    /// <param name="settings">How far to look back.</param>
    /// <param name="requestsMax">Most requests.</param>
    /// <param name="ahead">True: they are scaled to what is forecast, where something is.</param>
    public void Write(List<ScenarioRequest> into, double nowS, PlannerSettings settings, int requestsMax, bool ahead = true)
    {
        TellRunning();
        into.Clear();
        var from = Math.Max(_jumped, _taken - Math.Min(requestsMax, _ring.Length));
        var startS = double.NaN;
        var wanted = _taken - Math.Min(settings.RequestsWanted, _ring.Length);
        for (var place = from; place < _taken; place++)
        {
            ref var seen = ref _ring[place % _ring.Length];
            if (seen.PromptTokens == 0 || seen.OutputTokens < 0 || seen.ArrivalS < nowS - (place < wanted ? settings.SpanS : settings.SpanMaxS))
            {
                continue;
            }

            startS = double.IsNaN(startS) ? seen.ArrivalS : startS;
            var output = seen.OutputTokens > 0 ? seen.OutputTokens : Drawn(in seen);
            into.Add(new ScenarioRequest(seen.ArrivalS - startS, seen.PromptTokens, seen.CachedTokens, output, seen.TtftLimitS));
        }

        if (ahead)
        {
            _forecast?.Apply(into, nowS, _contextTokens);
        }
    }

    private int Drawn(in Seen seen)
    {
        var produced = ProducedBy(in seen);
        var share = Math.Clamp(_rng.NextDouble(), 0.001, 0.999);
        var drawn = produced + (int)_lengths.RemainingQuantile(seen.PromptTokens, produced, share);
        return Math.Max(1, Math.Min(drawn, _contextTokens - seen.PromptTokens));
    }

    private int ProducedBy(in Seen seen) => seen.FirstAtStep < 0 ? 0 : (int)(1 + _decodeSteps - seen.FirstAtStep);

    private void TellRunning()
    {
        _running.Clear();
        foreach (ref var seen in _ring.AsSpan())
        {
            if (seen.PromptTokens > 0 && seen.OutputTokens == 0 && seen.FirstAtStep >= 0)
            {
                _running.Add(new RunningRequest(seen.PromptTokens, ProducedBy(in seen)));
            }
        }

        _lengths.SetRunning(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_running));
    }

    private struct Seen
    {
        public long Id;
        public double ArrivalS;
        public double TtftLimitS;
        public long FirstAtStep;
        public int PromptTokens;
        public int CachedTokens;

        /// <summary>0 while it runs, <see cref="NotThere"/> when it ended otherwise than by finishing.</summary>
        public int OutputTokens;
    }
}
