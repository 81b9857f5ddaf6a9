using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Evaluation.Search;

/// <summary>
/// What is known of one setting under one seed at each point of the grid. A run is made for one question; what else it
/// settled on the way is kept.
/// </summary>
/// <param name="run">Runs a point until the goals asked of it are settled.</param>
/// <param name="goals">Every goal that will be asked.</param>
internal sealed class ProbeLedger(Func<int, Goal[], RunTally> run, Goal[] goals)
{
    private readonly Dictionary<int, bool?[]> _known = [];

    /// <summary>True when the run at <paramref name="k"/> reaches <paramref name="goal"/>.</summary>
    public bool Reaches(int k, Goal goal)
    {
        if (!_known.TryGetValue(k, out var known))
        {
            _known[k] = known = new bool?[Enum.GetValues<Goal>().Length];
        }

        if (known[(int)goal] is null)
        {
            // The points of the doubling are asked by the search of every goal: one run settles all.
            var tally = run(k, k % RateGrid.DoublingK == 0 ? goals : [goal]);
            foreach (var each in Enum.GetValues<Goal>())
            {
                known[(int)each] ??= tally.Reaches(each);
            }
        }

        return known[(int)goal]!.Value;
    }
}
