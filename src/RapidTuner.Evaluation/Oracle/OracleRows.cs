using RapidTuner.Control.Policies;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Reports;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Oracle;

/// <summary>
/// Makes an oracle's row: seed by seed the maximum of its own search and of the rows that it must not stay below (COMPARISON §2).
/// </summary>
internal sealed class OracleRows(ReplayCell cell, ReplayOptions options, TimeProvider clock, Action<int> ran, CancellationToken cancel)
{
    private const string OwnSearch = "search";

    // Bases are chosen at 1.02^10 = 1.22 times the best rate of the rows that an oracle must not stay below.
    private const int ProbeAboveK = 10;

    /// <summary>True for the name, in any case, of the oracle that holds order and chunk.</summary>
    public static bool IsSplitOnly(string name) => name.Equals(PolicyNames.OracleSplitOnly, StringComparison.OrdinalIgnoreCase);

    /// <summary>The row of <paramref name="name"/>.</summary>
    /// <param name="name">"oracle" or "oracle:split-only".</param>
    /// <param name="others">All other rows.</param>
    /// <param name="staticBest">The row of static-best; its levers are where the search begins, or stays.</param>
    public RowResult Row(string name, IReadOnlyList<RowResult> others, RowResult staticBest)
    {
        var splitOnly = IsSplitOnly(name);
        RowResult[] floors = splitOnly
            ? [staticBest]
            : [staticBest, .. others.Where(r => r.Name != staticBest.Name && r.Setting.Kind is RowKind.Pure or RowKind.StaticBest or RowKind.Oracle)];
        var seeds = options.AllSeeds.ToArray();
        var runs = new RunResult[seeds.Length];
        var points = new GoodputPoint[seeds.Length][];
        var from = new string[seeds.Length];
        ParallelLoop.For(seeds.Length, i =>
        {
            var oracle = new OracleRun(cell, staticBest.Setting, splitOnly, options.Beam, seeds[i]);
            if (options.FindMaxGoodput)
            {
                (points[i], runs[i], from[i]) = Searched(oracle, floors, seeds[i], i);
            }
            else
            {
                (runs[i], from[i]) = Replayed(oracle, floors, seeds[i], i);
            }
        }, cancel);
        return new RowResult
        {
            Name = name,
            Setting = staticBest.Setting with { Kind = RowKind.Oracle, Policy = name },
            Chosen = new Chosen { From = string.Join(", ", from.Distinct(StringComparer.Ordinal)), Beam = options.Beam },
            Runs = runs,
            Points = options.FindMaxGoodput ? points : [],
        };
    }

    private (RunResult Run, string From) Replayed(OracleRun oracle, RowResult[] floors, ulong seed, int i)
    {
        ran(1);
        var load = cell.AsIs(seed, 1);
        oracle.ChooseBases(load, cancel);
        var own = oracle.Whole(load, clock, cancel);
        var best = floors.MaxBy(r => r.Runs[i].Tally.Attained)!;
        return own.Tally.Attained > best.Runs[i].Tally.Attained ? (own, OwnSearch) : (best.Runs[i], best.Name);
    }

    private (GoodputPoint[] Points, RunResult Run, string From) Searched(OracleRun oracle, RowResult[] floors, ulong seed, int i)
    {
        var found = new GoodputPoint[options.Goals.Length];
        var from = "";
        foreach (var goal in options.Goals)
        {
            var floor = floors.MaxBy(r => r.Points[i][(int)goal].K ?? int.MinValue)!;
            if (goal == Goal.P99At90)
            {
                var strainK = Math.Min((floor.Points[i][0].K ?? RateGrid.LowestK) + ProbeAboveK, RateGrid.HighestK);
                oracle.ChooseBases(cell.AtRate(seed, RateGrid.RateOf(strainK)), cancel);
            }

            // Each goal has a ledger of its own: the way that answers one is not always the best for another.
            var ledger = new ProbeLedger(
                (k, _) =>
                {
                    ran(1);
                    return oracle.Probe(cell.AtRate(seed, RateGrid.RateOf(k)), goal, cancel);
                },
                [goal]);
            found[(int)goal] = Above(ledger, goal, floor.Points[i][(int)goal], out var own);
            if (goal == Goal.P99At90)
            {
                from = own ? OwnSearch : floor.Name;
            }
        }

        if (from != OwnSearch)
        {
            return (found, floors.First(r => r.Name == from).Runs[i], from);
        }

        ran(1);
        return (found, oracle.Whole(cell.AtRate(seed, found[0].RateRps), clock, cancel), from);
    }

    /// <summary>The oracle's own answer where it lies above the floor: it is searched from the point above, for nothing below can count.</summary>
    private static GoodputPoint Above(ProbeLedger ledger, Goal goal, GoodputPoint floor, out bool own)
    {
        if (floor.K is not { } floorK)
        {
            var found = GoodputSearch.Find(k => ledger.Reaches(k, goal));
            own = found.K is not null;
            return found;
        }

        own = floorK < RateGrid.HighestK && ledger.Reaches(floorK + 1, goal);
        return own ? GoodputSearch.Find(k => k <= floorK || ledger.Reaches(k, goal), floorK + 1, RateGrid.NearK) : floor;
    }
}
