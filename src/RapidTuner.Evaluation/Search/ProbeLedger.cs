using RapidTuner.Evaluation.Replay;

namespace RapidTuner.Evaluation.Search;

/// <summary>
/// What is known of one setting under one seed at each point of the grid. A run is made for one question; what else it
/// settled on the way is kept.
/// </summary>
internal sealed class ProbeLedger(ReplayCell cell, Setting setting, ulong seed, Goal[] goals, Action<int> ran, CancellationToken cancel)
{
    private readonly Dictionary<int, bool?[]> _known = [];

    /// <summary>True when the run at <paramref name="k"/> reaches <paramref name="goal"/>.</summary>
    public bool Reaches(int k, Goal goal)
    {
        if (!_known.TryGetValue(k, out var known))
        {
            _known[k] = known = new bool?[Goals.Count];
        }

        if (known[(int)goal] is null)
        {
            // The points of the doubling are asked by the search of every goal: one run settles all.
            Probe(k, k % RateGrid.DoublingK == 0 ? goals : [goal], known);
        }

        return known[(int)goal]!.Value;
    }

    private void Probe(int k, Goal[] asked, bool?[] known)
    {
        ran(1);
        var load = cell.AtRate(seed, RateGrid.RateOf(k) * setting.Devices);
        var tally = new EngineRun(cell, setting, seed).Probe(load, asked, cancel);
        foreach (var goal in Enum.GetValues<Goal>())
        {
            known[(int)goal] ??= tally.Reaches(goal);
        }
    }
}
