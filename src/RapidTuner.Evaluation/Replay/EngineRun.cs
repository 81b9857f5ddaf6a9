using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Replay;

/// <summary>Drives one setting through one load in the twin.</summary>
internal sealed class EngineRun(ReplayCell cell, Setting setting, ulong seed)
{
    // How often a run that may end early looks at deadlines and goals between arrivals, virtual seconds.
    private const double LookEveryS = 1;

    /// <summary>Runs to the end and keeps every detail.</summary>
    /// <param name="load">What arrives.</param>
    /// <param name="clock">Measures the run and its decisions.</param>
    /// <param name="log">Hears of every step, gap, request and decision too; null: nobody keeps them.</param>
    /// <param name="cancel">Ends the run.</param>
    public RunResult Whole(Load load, TimeProvider clock, IRunLog? log, CancellationToken cancel)
    {
        var policy = cell.PolicyOf(setting);
        var timed = policy is null ? null : new TimedPolicy(policy, clock);
        var tally = new RunTally(load, cell.Limits.Slo.ItlS, detailed: true);
        IEngineObserver kept = log is null ? tally : new ObserverFan(tally, log.Observer);
        if (log is not null && policy is IObservingPolicy planning)
        {
            planning.Planned = log.Observer.OnPlan;
        }

        var engine = cell.EngineOf(setting, timed, Heard(policy, kept), seed);
        var startedAt = clock.GetTimestamp();
        for (var i = 0; i < load.Requests.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            engine.Submit(in load.Requests[i], load.TtftLimitS[i]);
        }

        engine.Drain();
        return new RunResult(load, tally, engine.Scheduler.Switches, timed?.TookS ?? [], clock.GetElapsedTime(startedAt).TotalSeconds);
    }

    /// <summary>Runs until every goal in <paramref name="asked"/> is settled; the tally then says which are reached.</summary>
    public RunTally Probe(Load load, Goal[] asked, CancellationToken cancel) => Until(load, tally => Settled(tally, asked), cancel);

    /// <summary>Runs to the end, or until more than <paramref name="missedMax"/> requests have missed, and counts; <paramref name="beside"/> hears of it too.</summary>
    public RunTally Count(Load load, long missedMax, CancellationToken cancel, IEngineObserver? beside = null) =>
        Until(load, tally => tally.Missed > missedMax, cancel, beside);

    /// <summary>A policy that learns while it serves hears what its engine does.</summary>
    private static IEngineObserver Heard(IPolicy? policy, IEngineObserver tally) =>
        policy is IObservingPolicy observing ? new ObserverFan(tally, observing.Observer) : tally;

    private static bool Settled(RunTally tally, Goal[] asked)
    {
        foreach (var goal in asked)
        {
            if (tally.Reaches(goal) is null)
            {
                return false;
            }
        }

        return true;
    }

    private RunTally Until(Load load, Func<RunTally, bool> known, CancellationToken cancel, IEngineObserver? beside = null)
    {
        var tally = new RunTally(load, cell.Limits.Slo.ItlS, detailed: false);
        var policy = cell.PolicyOf(setting);
        var engine = cell.EngineOf(setting, policy, Heard(policy, beside is null ? tally : new ObserverFan(tally, beside)), seed);
        var deadlines = new Deadlines(load, tally);
        var lookAtS = LookEveryS;
        for (var i = 0; i < load.Requests.Length; i++)
        {
            ref readonly var request = ref load.Requests[i];
            if (request.ArrivalS >= lookAtS)
            {
                lookAtS = request.ArrivalS + LookEveryS;
                deadlines.PassTo(engine.NowS);
                if (known(tally))
                {
                    return tally;
                }

                cancel.ThrowIfCancellationRequested();
            }

            engine.Submit(in request, load.TtftLimitS[i]);
        }

        while (!known(tally) && double.IsFinite(engine.NextEventS))
        {
            cancel.ThrowIfCancellationRequested();
            engine.AdvanceTo(engine.NextEventS + LookEveryS);
            deadlines.PassTo(engine.NowS);
        }

        return tally;
    }
}
