namespace RapidTuner.Evaluation.Replay;

/// <summary>Keeps what the runs of a replay do.</summary>
public interface IReplayLog
{
    /// <summary>Opens the log of one run; disposing it commits everything.</summary>
    /// <param name="policy">Name of the row.</param>
    /// <param name="seed">Seed of the run.</param>
    IRunLog Begin(string policy, ulong seed);
}
