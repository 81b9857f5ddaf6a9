using RapidTuner.Core.Samples;
using RapidTuner.Evaluation.Search;
using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Replay;

/// <summary>
/// Counts what a run attained, and knows as early as can be whether it reaches a goal: from the requests that ended, and
/// from deadlines that passed without a first token. Ids are indices into the load, for requests are submitted in order.
/// </summary>
internal sealed class RunTally : IEngineObserver
{
    private readonly Load _load;
    private readonly double _itlLimitS;
    private readonly bool[] _settled;
    private readonly bool[] _hasFirstToken;
    private readonly Details? _details;

    /// <summary>Starts a count.</summary>
    /// <param name="load">What will be submitted.</param>
    /// <param name="itlLimitS">Limit on the inter-token latency, seconds.</param>
    /// <param name="detailed">True: percentiles and throughput are wanted, too.</param>
    public RunTally(Load load, double itlLimitS, bool detailed)
    {
        _load = load;
        _itlLimitS = itlLimitS;
        _settled = new bool[load.Requests.Length];
        _hasFirstToken = new bool[load.Requests.Length];
        _details = detailed ? new Details() : null;
    }

    /// <summary>Scored requests inside their SLO.</summary>
    public long Attained { get; private set; }

    /// <summary>The same with the mean ITL in place of its p99.</summary>
    public long AttainedTpot { get; private set; }

    /// <summary>Scored requests known to be outside their SLO.</summary>
    public long Missed { get; private set; }

    /// <summary>The same with the mean ITL in place of its p99.</summary>
    public long MissedTpot { get; private set; }

    /// <summary>Requests refused because of load.</summary>
    public long Rejected { get; private set; }

    /// <summary>Output tokens of scored requests.</summary>
    public long OutputTokens { get; private set; }

    /// <summary>Last end of a scored request, seconds.</summary>
    public double LastFinishS { get; private set; }

    /// <summary>Times to first token of finished scored requests, seconds; empty unless detailed.</summary>
    public List<double> TtftS => _details?.TtftS ?? [];

    /// <summary>Gaps after the warm-up; empty unless detailed.</summary>
    public WeightedValues GapS => _details?.GapS ?? new WeightedValues();

    /// <summary>True or false once the run is known to reach <paramref name="goal"/> or not; null while it is open.</summary>
    public bool? Reaches(Goal goal)
    {
        var (attained, missed) = goal == Goal.TpotAt90 ? (AttainedTpot, MissedTpot) : (Attained, Missed);
        var needed = Goals.Needed(goal, _load.Scored);
        return attained >= needed ? true : missed > _load.Scored - needed ? false : null;
    }

    /// <summary>True when the request has its first token.</summary>
    public bool HasFirstToken(int index) => _hasFirstToken[index];

    /// <summary>A scored request is known to miss its limit on the time to first token.</summary>
    public void MissFirstToken(int index)
    {
        if (!_settled[index])
        {
            _settled[index] = true;
            Missed++;
            MissedTpot++;
        }
    }

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
        // A run is scored by its requests.
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
        if (_details is not null && nowS >= _load.WarmupS)
        {
            _details.GapS.Add(gapS, count);
        }
    }

    /// <inheritdoc/>
    public void OnFirstToken(double nowS, long id, double arrivalS)
    {
        _hasFirstToken[id] = true;
        if (id >= _load.ScoredFrom && nowS - arrivalS > _load.TtftLimitS[id])
        {
            MissFirstToken((int)id);
        }
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
        if (request.Id < _load.ScoredFrom)
        {
            return;
        }

        Rejected += request.Outcome == Outcome.RejectedLoad ? 1 : 0;
        if (request.Outcome == Outcome.Finished)
        {
            OutputTokens += request.OutputTokens;
            LastFinishS = Math.Max(LastFinishS, request.FinishS);
            _details?.TtftS.Add(request.TtftS);
        }

        if (!_settled[request.Id])
        {
            Settle(in request);
        }
    }

    private void Settle(in RequestSample request)
    {
        _settled[request.Id] = true;
        if (request.Attained)
        {
            Attained++;
        }
        else
        {
            Missed++;
        }

        if (request.AttainedMean(_itlLimitS))
        {
            AttainedTpot++;
        }
        else
        {
            MissedTpot++;
        }
    }

    private sealed class Details
    {
        public List<double> TtftS { get; } = [];

        public WeightedValues GapS { get; } = new();
    }
}
