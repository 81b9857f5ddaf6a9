namespace RapidTuner.Evaluation.Replay;

/// <summary>
/// Walks the deadlines for first tokens in order of time, so that a run in overload is known to fail long before its backlog drains.
/// </summary>
internal sealed class Deadlines(Load load, RunTally tally)
{
    private readonly int[] _byDeadline = load.ByDeadline;
    private int _next;

    /// <summary>Settles the requests whose deadline has passed at <paramref name="nowS"/> without a first token.</summary>
    public void PassTo(double nowS)
    {
        while (_next < _byDeadline.Length && load.DeadlineS(_byDeadline[_next]) < nowS)
        {
            var index = _byDeadline[_next++];
            if (!tally.HasFirstToken(index))
            {
                tally.MissFirstToken(index);
            }
        }
    }
}
