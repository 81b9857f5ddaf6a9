using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine.Twin;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Oracle;

/// <summary>
/// Drives the true run under an oracle: by the best constant actions that hindsight finds, and by plans that depart from the best of them. A
/// run's answer is the best of these, so a search that finds nothing costs nothing of the bound.
/// </summary>
internal sealed class OracleRun
{
    // A plan holds for a third of the middle TTFT limit, within these bounds, seconds: shorter ones cost more and see as much.
    private const double StretchMinS = 0.5;
    private const double StretchMaxS = 4;

    // Prompts rarely have the whole device; this part of its solo rate says which of them can still be in time.
    private const double PrefillShare = 0.7;

    private readonly ReplayCell _cell;
    private readonly Setting _setting;
    private readonly OracleLevers _levers;
    private readonly int _beam;
    private readonly ulong _seed;
    private readonly double _prefillTokensPerS;
    private OracleAction[] _bases;

    /// <summary>An oracle on one seed.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="levers">Static-best's setting: where order and chunk begin, or stay.</param>
    /// <param name="splitOnly">True: they stay.</param>
    /// <param name="beam">Plans kept, 1 or more.</param>
    /// <param name="seed">The seed.</param>
    public OracleRun(ReplayCell cell, Setting levers, bool splitOnly, int beam, ulong seed)
    {
        _cell = cell;
        _beam = beam;
        _seed = seed;
        var whole = levers.ChunkTokens == Control.Policies.PolicySettings.WholePrompts;
        _setting = new Setting { Kind = RowKind.Oracle, Policy = "oracle", Order = levers.Order, ChunkTokens = whole && !splitOnly ? MemoryTokens : levers.ChunkTokens };
        _levers = new OracleLevers(cell.Device, _setting.Order, _setting.ChunkTokens, splitOnly);
        _bases = [_levers.Start];
        _prefillTokensPerS = PrefillRate.TokensPerS(cell.Latency, cell.Device.Units);
    }

    private static int MemoryTokens => Core.Catalogue.MemoryPlan.ActivationTokens;

    /// <summary>Chooses the constant actions to depart from on a load that strains the device. Once, before anything is run.</summary>
    public void ChooseBases(Load load, CancellationToken cancel) => _bases = OracleBases.Choose(_levers, (action, best) =>
    {
        var tally = Tally(load, detailed: false);
        var missedMax = load.Scored - best;
        Drive(load, tally, action, planned: false, t => t.Missed > missedMax, cancel);
        return tally.Missed > missedMax ? -1 : tally.Attained;
    });

    /// <summary>Runs to the end, by each base and by plans, and keeps every detail of the best.</summary>
    public RunResult Whole(Load load, TimeProvider clock, CancellationToken cancel)
    {
        RunResult? best = null;
        foreach (var (action, planned) in Ways())
        {
            var tally = Tally(load, detailed: true);
            var startedAt = clock.GetTimestamp();
            var engine = Drive(load, tally, action, planned, _ => false, cancel);
            if (best is null || tally.Attained > best.Tally.Attained)
            {
                best = new RunResult(load, tally, engine.Scheduler.Switches, [], clock.GetElapsedTime(startedAt).TotalSeconds);
            }
        }

        return best!;
    }

    /// <summary>The best way with what somebody heard of it; a way that surely stays behind ends early, and plans are only made where requests were lost.</summary>
    /// <param name="load">The load.</param>
    /// <param name="hear">Makes the observer of one way.</param>
    /// <param name="plansMax">Most plans that are searched; from there on the base is held.</param>
    /// <param name="cancel">Ends it.</param>
    public (RunTally Tally, T Heard) Best<T>(Load load, Func<T> hear, int plansMax, CancellationToken cancel)
        where T : IEngineObserver
    {
        (RunTally Tally, T Heard)? best = null;
        foreach (var (action, planned) in Ways())
        {
            if (best?.Tally.Missed == 0)
            {
                break;
            }

            var missedMax = best is { } found ? load.Scored - found.Tally.Attained : long.MaxValue;
            var (tally, heard) = (Tally(load, detailed: false), hear());
            Drive(load, tally, action, planned, t => t.Missed > missedMax, cancel, heard, plansMax);
            if (best is null || tally.Attained > best.Value.Tally.Attained)
            {
                best = (tally, heard);
            }
        }

        return best!.Value;
    }

    /// <summary>Runs one way after the other until one reaches <paramref name="goal"/>; true when one does.</summary>
    public RunTally Probe(Load load, Goal goal, CancellationToken cancel)
    {
        RunTally? tally = null;
        foreach (var (action, planned) in Ways())
        {
            tally = Tally(load, detailed: false);
            Drive(load, tally, action, planned, t => t.Reaches(goal) is not null, cancel);
            if (tally.Reaches(goal) == true)
            {
                break;
            }
        }

        return tally!;
    }

    /// <summary>Constant actions first: they cost a hundredth of a search.</summary>
    private IEnumerable<(OracleAction Action, bool Planned)> Ways() => _bases.Select(action => (action, false)).Append((_bases[0], true));

    private RunTally Tally(Load load, bool detailed) => new(load, _cell.Limits.Slo.ItlS, detailed);

    private TwinEngine Drive(Load load, RunTally tally, OracleAction action, bool planned, Func<RunTally, bool> known, CancellationToken cancel, IEngineObserver? heard = null, int plansMax = int.MaxValue)
    {
        var policy = Policy(_cell.Limits.Slo.ItlS);
        policy.Action = action;
        var engine = _cell.EngineOf(_setting, policy, heard is null ? tally : new ObserverFan(tally, heard), _seed);
        var stretchS = StretchOf(load);
        var planner = planned ? new OraclePlanner(load, _levers, action, _beam, stretchS, PrefillShare * _prefillTokensPerS, NewRollout) : null;
        var deadlines = new Deadlines(load, tally);
        var next = 0;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (double.IsInfinity(engine.NextEventS))
            {
                if (next == load.Requests.Length)
                {
                    return engine;
                }

                engine.AdvanceTo(load.Requests[next].ArrivalS);
            }

            policy.Action = planner is { } plans && plans.Searched < plansMax ? plans.Plan(engine, next) : action;
            var untilS = engine.NowS + stretchS;
            while (next < load.Requests.Length && load.Requests[next].ArrivalS <= untilS)
            {
                engine.Submit(in load.Requests[next], load.TtftLimitS[next]);
                next++;
            }

            engine.AdvanceTo(untilS);
            deadlines.PassTo(engine.NowS);
            if (known(tally))
            {
                return engine;
            }
        }
    }

    private static double StretchOf(Load load)
    {
        var limits = load.TtftLimitS.ToArray();
        return Math.Clamp(Statistics.NearestRank.Percentiles(limits).P50!.Value / 3, StretchMinS, StretchMaxS);
    }

    private Rollout NewRollout()
    {
        var policy = Policy(OraclePlanner.ItlShare * _cell.Limits.Slo.ItlS);
        var tally = new OracleTally();
        return new Rollout(_cell.RolloutOf(_setting, policy, tally, OraclePlanner.ItlShare), policy, tally);
    }

    private OraclePolicy Policy(double itlLimitS) => new(_cell.Latency, _cell.Device.DefaultPalette(), itlLimitS, _prefillTokensPerS);
}
