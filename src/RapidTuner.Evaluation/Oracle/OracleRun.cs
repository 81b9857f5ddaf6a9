using RapidTuner.Core;
using RapidTuner.Engine.Twin;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Oracle;

/// <summary>Drives the true run under an oracle's plans.</summary>
internal sealed class OracleRun
{
    // A plan holds for a third of the middle TTFT limit, within these bounds, seconds: shorter ones cost more and see as much.
    private const double StretchMinS = 0.5;
    private const double StretchMaxS = 4;

    // Prompts rarely have the whole device; this part of its solo rate says which of them can still be in time.
    private const double PrefillShare = 0.7;
    private const int PrefillProbeTokens = 2048;

    private readonly ReplayCell _cell;
    private readonly Setting _setting;
    private readonly OracleLevers _levers;
    private readonly int _beam;
    private readonly ulong _seed;
    private readonly double _prefillTokensPerS;

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
        var work = StepWork.Prefill(1, PrefillProbeTokens, 0);
        _prefillTokensPerS = PrefillProbeTokens / cell.Latency.AloneS(Phase.Prefill, in work, cell.Device.Units);
    }

    private static int MemoryTokens => Core.Catalogue.MemoryPlan.ActivationTokens;

    /// <summary>Runs to the end and keeps every detail.</summary>
    public RunResult Whole(Load load, TimeProvider clock, CancellationToken cancel)
    {
        var tally = new RunTally(load, _cell.Limits.Slo.ItlS, detailed: true);
        var startedAt = clock.GetTimestamp();
        var engine = Drive(load, tally, _ => false, cancel);
        return new RunResult(load, tally, engine.Scheduler.Switches, [], clock.GetElapsedTime(startedAt).TotalSeconds);
    }

    /// <summary>Runs until every goal in <paramref name="asked"/> is settled.</summary>
    public RunTally Probe(Load load, Goal[] asked, CancellationToken cancel)
    {
        var tally = new RunTally(load, _cell.Limits.Slo.ItlS, detailed: false);
        Drive(load, tally, t => Array.TrueForAll(asked, goal => t.Reaches(goal) is not null), cancel);
        return tally;
    }

    private TwinEngine Drive(Load load, RunTally tally, Func<RunTally, bool> known, CancellationToken cancel)
    {
        var policy = Policy(_cell.Limits.Slo.ItlS);
        policy.Action = _levers.Start;
        var engine = _cell.EngineOf(_setting, policy, tally, _seed);
        var planner = new OraclePlanner(load, _levers, _beam, StretchOf(load), PrefillShare * _prefillTokensPerS, NewRollout);
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

            policy.Action = planner.Plan(engine, next, policy.Action);
            var untilS = engine.NowS + planner.StretchS;
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
