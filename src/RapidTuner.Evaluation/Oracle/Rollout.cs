using RapidTuner.Engine.Scheduling;
using RapidTuner.Engine.Twin;

namespace RapidTuner.Evaluation.Oracle;

/// <summary>One copy of the engine, without jitter, that tries what an action comes to under the true arrivals and lengths.</summary>
internal sealed class Rollout(TwinEngine engine, OraclePolicy policy, OracleTally tally)
{
    private int _nextArrival;

    /// <summary>The action of the first stretch.</summary>
    public OracleAction First { get; set; }

    /// <summary>The action that it carries out now.</summary>
    public OracleAction Action
    {
        get => policy.Action;
        set => policy.Action = value;
    }

    /// <summary>Its score; higher is better.</summary>
    public double Score { get; set; }

    /// <summary>Attained since the copy was made.</summary>
    public int Attained => tally.Attained;

    /// <summary>Its scheduler.</summary>
    public SplitScheduler Scheduler => (SplitScheduler)engine.Scheduler;

    /// <summary>Virtual time, seconds.</summary>
    public double NowS => engine.NowS;

    /// <summary>Begins where the true run stands.</summary>
    public void CopyFrom(TwinEngine run, int nextArrival)
    {
        engine.CopyFrom(run);
        tally.Attained = 0;
        _nextArrival = nextArrival;
    }

    /// <summary>Begins where another rollout stands.</summary>
    public void CopyFrom(Rollout other)
    {
        engine.CopyFrom(other.Engine);
        tally.Attained = other.Attained;
        _nextArrival = other._nextArrival;
        First = other.First;
    }

    private TwinEngine Engine => engine;

    /// <summary>Runs to <paramref name="toS"/>, with what arrives until then.</summary>
    public void AdvanceTo(Replay.Load load, double toS)
    {
        while (_nextArrival < load.Requests.Length && load.Requests[_nextArrival].ArrivalS < toS)
        {
            engine.Submit(in load.Requests[_nextArrival], load.TtftLimitS[_nextArrival]);
            _nextArrival++;
        }

        engine.AdvanceTo(toS);
    }
}
