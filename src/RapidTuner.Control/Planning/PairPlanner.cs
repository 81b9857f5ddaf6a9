using RapidTuner.Control.Learned;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;

namespace RapidTuner.Control.Planning;

/// <summary>
/// The slow loop for an engine that is slow to apply a split (docs/policy.md, "Slow engines"): which pair of the palette is to be in force until the next change can be? A choice
/// runs every pair, under the levers in force, through the load of late, or, where one is asked, as it is forecast for the time from the change's coming into force on.
/// Between two choices the levers are planned for under the pair that was chosen. One thread at a time.
/// </summary>
internal sealed class PairPlanner : IPlanner
{
    private const double SpeedupStep = 1.15;
    private const double SpeedupMin = 0.25;
    private const double SpeedupMax = 8;

    // Chosen: fusing is one lever away, and found in the first round or the second.
    private const int LeverRoundsFirst = 2;

    private readonly RolloutPlanner _levers;
    private readonly RecentRequests _recent;
    private readonly Rollout _rollout;
    private readonly FastRule _rule;
    private readonly RecalibratedLatency _latency;
    private readonly RecalibratedLatency _live;
    private readonly PlannerSettings _settings;
    private readonly EngineOptions _engine;
    private readonly Split[] _pairs;
    private readonly CandidateWorths _worths;
    private readonly List<RuleParameters> _keys = [];
    private readonly List<RuleParameters> _candidates = [];
    private readonly List<ScenarioRequest> _scenario = [];
    private double[] _shares = [];
    private double _speedup = 1;
    private double _restS;
    private double _nextS;
    private int _at = -1;
    private long _rounds;

    /// <summary>A planner over <paramref name="levers"/>, whose pair is in force first.</summary>
    /// <param name="levers">Plans everything else; starts from a pair.</param>
    /// <param name="recent">The load of late.</param>
    /// <param name="rollout">Tries pairs, by <paramref name="latency"/>; this planner's own.</param>
    /// <param name="rule">The rule that obeys, by the same.</param>
    /// <param name="latency">What rollouts predict with.</param>
    /// <param name="live">What the engine's steps correct.</param>
    /// <param name="settings">How it works.</param>
    /// <param name="engine">How slowly it applies.</param>
    public PairPlanner(RolloutPlanner levers, RecentRequests recent, Rollout rollout, FastRule rule, RecalibratedLatency latency, RecalibratedLatency live, PlannerSettings settings, EngineOptions engine)
    {
        (_levers, _recent, _rollout, _rule, _latency, _live, _settings, _engine) = (levers, recent, rollout, rule, latency, live, settings, engine);
        _pairs = PairsOf(rule.Palette);
        _worths = new CandidateWorths(settings.PairLeastWeight);
        _restS = settings.PairRestS;
    }

    /// <inheritdoc/>
    public RuleParameters Present => _levers.Present;

    /// <inheritdoc/>
    public long Rounds => _levers.Rounds + _rounds;

    /// <inheritdoc/>
    public long Explored => 0;

    /// <summary>What may be chosen: the disjoint pairs of the palette, by rising decode units, and the whole device for both.</summary>
    public static Split[] PairsOf(Palette palette) => [.. Policies.DisjointPairs.Of(palette), new Split(palette.DeviceUnits, palette.DeviceUnits)];

    /// <inheritdoc/>
    public RuleParameters Plan(in Observation seen, Action<PlanSample>? planned)
    {
        if (_at < 0 && (seen.NowS < _nextS || !MayMove || !Begin(seen.NowS)))
        {
            return _levers.Plan(in seen, planned);
        }

        try
        {
            Advance(in seen, planned);
        }
        catch
        {
            _at = -1;
            throw;
        }

        return Present;
    }

    /// <summary>A restart is thought of only when what costs nothing has been tried, and not while steps are fused.</summary>
    private bool MayMove => !_engine.ApplyRestarts || (_levers.Rounds >= LeverRoundsFirst && !Present.Fuses);

    private bool Begin(double nowS)
    {
        var spanS = Math.Max(_settings.PairSpanS, 2 * _recent.StayS);
        do
        {
            _recent.Write(_scenario, nowS, _settings with { SpanS = spanS, RequestsWanted = 0 }, _settings.RequestsMax);
            spanS *= 2;
        }
        while (_scenario.Count < _settings.PairRequestsMin && spanS <= _settings.SpanS);
        if (_scenario.Count < _settings.RequestsMin || _scenario[^1].ArrivalS <= 0)
        {
            return false;
        }

        _latency.CopyFactorsFrom(_live);
        var by = Present.Fuses ? Present with { Fuses = false, ChunkTokens = RuleParameters.AllLevers.ChunkTokens } : Present;
        _keys.Clear();
        _keys.Add(KeyOf(_levers.Pair!.Value));
        _keys.AddRange(_pairs.Where(p => p != _levers.Pair).Select(KeyOf));
        _candidates.Clear();
        _candidates.AddRange(_keys.Select(k => by with { Pair = k.Pair }));
        _shares = new double[_candidates.Count];
        _at = 0;
        StartNext();
        return true;
    }

    private static RuleParameters KeyOf(Split pair) => RuleParameters.AllLevers with { Pair = pair };

    private void StartNext()
    {
        var missesMax = _at == 0 ? double.PositiveInfinity : _settings.MissesMax(_shares[0], _rollout.Scored);
        _rollout.Start(_candidates[_at], _scenario, _speedup, (ulong)_rounds + 1, missesMax);
    }

    private void Advance(in Observation seen, Action<PlanSample>? planned)
    {
        var steps = _settings.StepsPerTick;
        while (steps > 0)
        {
            steps -= _rollout.Advance(steps);
            if (!_rollout.Done)
            {
                return;
            }

            _shares[_at] = _rollout.Attained / Math.Max(1, _rollout.Scored);
            if (++_at == _candidates.Count)
            {
                Conclude(in seen, planned);
                return;
            }

            StartNext();
        }
    }

    private void Conclude(in Observation seen, Action<PlanSample>? planned)
    {
        _at = -1;
        _rounds++;
        _worths.Book(_keys, _shares, _rollout.Scored);
        var costShare = _settings.SwitchShare + (_engine.ApplyRestarts ? (_engine.ApplyS + _recent.StayS) / _settings.RestartPaysInS : 0);
        var best = _worths.Best(_keys[0], costShare);
        var changes = best != _keys[0];
        planned?.Invoke(PlanReport.Of(
            in seen, _rule, _candidates, _shares, c => _worths.ScoreOf(KeyOf(c.Pair!.Value), _keys[0], costShare), _rollout.Scored, _candidates[0], _candidates[_keys.IndexOf(best)], _scenario));
        _levers.Pair = best.Pair;

        // What a restart gains is weighed against what it costs, so the load is taken as it is; otherwise pairs are told apart under strain.
        var off = _shares.Max() - _settings.StrainAttainment;
        var speedup = _engine.ApplyRestarts || Math.Abs(off) <= _settings.StrainBand ? _speedup : Math.Clamp(off > 0 ? _speedup * SpeedupStep : _speedup / SpeedupStep, SpeedupMin, SpeedupMax);
        var settled = !changes && speedup.Equals(_speedup);
        (_speedup, _restS) = (speedup, settled ? Math.Min(_settings.PairRestMaxS, 2 * _restS) : _settings.PairRestS);

        // While steps are fused nobody asks for a pair; one is only kept for the comparison with fusing.
        _nextS = seen.NowS + (Present.Fuses ? _settings.PairRestMaxS : _restS) + (changes ? _engine.ApplyS : 0);
    }
}
