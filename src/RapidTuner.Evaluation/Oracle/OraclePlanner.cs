using RapidTuner.Engine.Scheduling;
using RapidTuner.Engine.Twin;
using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Evaluation.Oracle;

/// <summary>
/// Receding-horizon beam search (COMPARISON §2): every action one lever away from the base is tried for a stretch in a copy of the twin,
/// and the base from there to the horizon; from the best few, as they stand after a stretch, every action once more; the best plan's first
/// action is taken for a stretch. Since the base stands at the end of every plan, a plan that departs from it is one that beats it. Nothing is
/// searched where the base loses no request.
/// </summary>
internal sealed class OraclePlanner
{
    /// <summary>Part of the ITL limit that rollouts allow: the true run has jitter, they have none. Source: HEADROOM, 4–6 % tighter pays.</summary>
    public const double ItlShare = 0.95;

    private const double HorizonStretches = 4;

    // A request that is on its way to attain is worth a little less than one that has: it may still fail beyond the horizon.
    private const double AliveValue = 0.98;

    private readonly Load _load;
    private readonly OracleLevers _levers;
    private readonly OracleAction _base;
    private readonly double _prefillTokensPerS;
    private readonly List<InFlightRequest> _inFlight = [];
    private readonly List<(int Tokens, double DueS)> _waiting = [];
    private readonly Rollout[] _beam;
    private Rollout _trial;
    private Rollout _ahead;
    private int _beamUsed;

    /// <summary>Sets a planner up.</summary>
    /// <param name="load">True arrivals and lengths.</param>
    /// <param name="levers">What may be done.</param>
    /// <param name="start">The base: the constant action from which plans depart and to which they return.</param>
    /// <param name="beam">Plans kept after the first stretch, 1 or more.</param>
    /// <param name="stretchS">How long an action is held, seconds.</param>
    /// <param name="prefillTokensPerS">Prefill rate to foresee by which waiting requests can still attain, tokens/s.</param>
    /// <param name="rollout">Makes an idle copy of the engine.</param>
    public OraclePlanner(Load load, OracleLevers levers, OracleAction start, int beam, double stretchS, double prefillTokensPerS, Func<Rollout> rollout)
    {
        _load = load;
        _levers = levers;
        _base = start;
        StretchS = stretchS;
        _prefillTokensPerS = prefillTokensPerS;
        _beam = [.. Enumerable.Range(0, beam).Select(_ => rollout())];
        _trial = rollout();
        _ahead = rollout();
    }

    /// <summary>How long an action is held, seconds.</summary>
    public double StretchS { get; }

    /// <summary>Plans that were searched; where the base loses nothing there is nothing to search.</summary>
    public int Searched { get; private set; }

    /// <summary>The action for the next stretch.</summary>
    /// <param name="run">The true run; it is not touched.</param>
    /// <param name="nextArrival">Its next arrival.</param>
    public OracleAction Plan(TwinEngine run, int nextArrival)
    {
        var fromS = run.NowS;
        var stretchEndS = fromS + StretchS;
        var horizonS = fromS + (HorizonStretches * StretchS);
        var atStake = Alive((SplitScheduler)run.Scheduler, fromS) + Arriving(nextArrival, horizonS);
        _beamUsed = 0;
        foreach (var action in _levers.Around(_base))
        {
            _trial.CopyFrom(run, nextArrival);
            _trial.First = action;
            _trial.Action = action;
            _trial.AdvanceTo(_load, stretchEndS);
            _ahead.CopyFrom(_trial);
            _ahead.Action = _base;
            _ahead.AdvanceTo(_load, horizonS);
            var alive = Alive(_ahead.Scheduler, _ahead.NowS);
            if (action == _base && _ahead.Attained + alive >= atStake)
            {
                return _base;
            }

            _trial.Score = Score(_ahead, alive);
            Keep();
        }

        Searched++;
        return BestSecond(stretchEndS + StretchS, horizonS);
    }

    private OracleAction BestSecond(double secondEndS, double horizonS)
    {
        var best = _beam[0];
        var bestScore = best.Score;
        foreach (var first in _beam.AsSpan(0, _beamUsed))
        {
            foreach (var action in _levers.Around(_base).Skip(1))
            {
                _ahead.CopyFrom(first);
                _ahead.Action = action;
                _ahead.AdvanceTo(_load, secondEndS);
                _ahead.Action = _base;
                _ahead.AdvanceTo(_load, horizonS);
                var score = Score(_ahead, Alive(_ahead.Scheduler, _ahead.NowS));
                if (score > bestScore)
                {
                    (best, bestScore) = (first, score);
                }
            }
        }

        return best.First;
    }

    /// <summary>Takes the trial into the beam, best first; equal scores stay in the order tried.</summary>
    private void Keep()
    {
        var at = _beamUsed;
        while (at > 0 && _beam[at - 1].Score < _trial.Score)
        {
            at--;
        }

        if (at == _beam.Length)
        {
            return;
        }

        var last = Math.Min(_beamUsed, _beam.Length - 1);
        var spare = _beam[last];
        Array.Copy(_beam, at, _beam, at + 1, last - at);
        (_beam[at], _trial) = (_trial, spare);
        _beamUsed = last + 1;
    }

    // Among equals, the one that leaves the shorter queue.
    private static double Score(Rollout rollout, int alive) => rollout.Attained + (AliveValue * alive) - (1e-7 * rollout.Scheduler.QueuedTokens);

    private int Arriving(int nextArrival, double untilS)
    {
        var count = 0;
        while (nextArrival + count < _load.Requests.Length && _load.Requests[nextArrival + count].ArrivalS < untilS)
        {
            count++;
        }

        return count;
    }

    /// <summary>Requests in flight that can still attain; those that wait are taken to be served shortest first.</summary>
    private int Alive(SplitScheduler scheduler, double nowS)
    {
        scheduler.InFlightTo(_inFlight);
        _waiting.Clear();
        var alive = 0;
        foreach (var request in _inFlight)
        {
            var dueS = request.ArrivalS + request.TtftLimitS;
            if (double.IsNaN(request.FirstTokenS))
            {
                _waiting.Add((request.RemainingTokens, dueS));
                continue;
            }

            var gaps = _load.Requests[request.Id].OutputTokens - 1;
            var lateMax = gaps - (((99 * gaps) + 99) / 100);
            alive += request.FirstTokenS <= dueS && request.LateGaps <= lateMax ? 1 : 0;
        }

        _waiting.Sort();
        var doneS = nowS;
        foreach (var (tokens, dueS) in _waiting)
        {
            if (doneS + (tokens / _prefillTokensPerS) <= dueS)
            {
                doneS += tokens / _prefillTokensPerS;
                alive++;
            }
        }

        return alive;
    }
}
