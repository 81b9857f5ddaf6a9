namespace RapidTuner.Evaluation.Oracle;

/// <summary>
/// Chooses, in hindsight, the constant actions from which an oracle departs: lever by lever around the best so far, each action run
/// over the whole load without any search. Sized splits are deadline-driven decode sizing with the twin's own latencies (HEADROOM, 1), so
/// that the base is the best rule known, not a static split.
/// </summary>
internal static class OracleBases
{
    /// <summary>Bases kept.</summary>
    public const int Kept = 3;

    private const int Rounds = 2;

    /// <summary>The best constant actions, best first; equal scores in the order tried.</summary>
    /// <param name="levers">What may be done.</param>
    /// <param name="score">Attained requests of a run that holds an action, given the best so far; −1 when it is sure to stay below.</param>
    public static OracleAction[] Choose(OracleLevers levers, Func<OracleAction, long, long> score)
    {
        var best = levers.Start;
        var tried = new List<(OracleAction Action, long Score)> { (best, score(best, 0)) };
        var bestScore = tried[0].Score;
        for (var round = 0; round < Rounds; round++)
        {
            var before = best;
            foreach (var axis in levers.Axes())
            {
                var around = best;
                foreach (var action in axis.Select(change => change(around)))
                {
                    if (tried.Exists(t => t.Action == action))
                    {
                        continue;
                    }

                    var here = score(action, bestScore);
                    tried.Add((action, here));
                    if (here > bestScore)
                    {
                        (best, bestScore) = (action, here);
                    }
                }
            }

            if (best == before)
            {
                break;
            }
        }

        return [.. tried.OrderByDescending(t => t.Score).Take(Kept).Select(t => t.Action)];
    }
}
