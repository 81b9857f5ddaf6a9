namespace RapidTuner.Evaluation.Replay;

/// <summary>How far a replay has come.</summary>
/// <param name="RowsDone">Requested policies whose rows are done.</param>
/// <param name="Rows">Requested policies.</param>
/// <param name="Runs">Runs of the twin so far.</param>
public readonly record struct ReplayProgress(int RowsDone, int Rows, long Runs);
