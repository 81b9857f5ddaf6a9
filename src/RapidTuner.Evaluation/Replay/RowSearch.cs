using System.Collections.Concurrent;
using RapidTuner.Evaluation.Reports;
using RapidTuner.Evaluation.Search;

namespace RapidTuner.Evaluation.Replay;

/// <summary>
/// Makes the rows of one requested policy. Whatever hindsight chooses is chosen on the first seed; the chosen setting alone
/// runs on all (COMPARISON §2).
/// </summary>
internal sealed class RowSearch(ReplayCell cell, ReplayOptions options, RowPlan plan, TimeProvider clock, Action<int> ran, CancellationToken cancel)
{
    // Settings are screened at 1.02^7 = 1.15 times the rate that the fixed setting, or the best of a coarse pilot, sustains: there
    // all are under strain, so that attainment tells them apart.
    private const int ProbeAboveK = 7;

    private readonly ConcurrentDictionary<(Setting Setting, ulong Seed), ProbeLedger> _ledgers = [];

    private ulong FirstSeed => options.Seed;

    /// <summary>The rows, the one named as requested first.</summary>
    public IReadOnlyList<RowResult> Rows()
    {
        if (!options.FindMaxGoodput)
        {
            var choice = plan.Always.Count == 0 ? new RowChoice(plan.Start, null, 0, 0) : ChooseByAttainment();
            return [Replayed(plan.Name, choice)];
        }

        var first = plan.Always.Count == 0 ? Pilot(plan.Start, plan.Tuned) : Choose(plan.Start, null, plan.Always);
        var tuned = plan.Tuned.Count == 0 ? first : Choose(first.Setting, first.K, plan.Every);
        var tunedRow = Searched(plan.Name, tuned, plan.Every);

        // Where attainment is ragged in the rate, a search from 1/s may stop earlier than the choice among finalists did.
        var worse = tuned.Setting != first.Setting && FirstK(tunedRow) < (first.K ?? int.MinValue);
        if (!options.FixedRows && !worse)
        {
            return [tunedRow];
        }

        var fixedRow = tuned.Setting == first.Setting ? tunedRow : Searched(plan.Name, first, plan.Always);
        if (worse && FirstK(tunedRow) < FirstK(fixedRow))
        {
            tunedRow = fixedRow with { Chosen = ChosenOf(tuned with { Setting = first.Setting }, plan.Every) };
        }

        return options.FixedRows ? [tunedRow, fixedRow with { Name = plan.Name + ":fixed", Chosen = ChosenOf(first, plan.Always) }] : [tunedRow];
    }

    private static int FirstK(RowResult row) => row.Points[0][(int)Goal.P99At90].K ?? int.MinValue;

    private RowChoice ChooseByAttainment()
    {
        var load = new Lazy<Load>(() => cell.AsIs(FirstSeed, 1));
        double Score(Setting setting, double best) => Attainment(setting, setting.Devices == 1 ? load.Value : cell.AsIs(FirstSeed, setting.Devices), best);
        var ranked = Screening.Rank(plan.Start, plan.Always, Score, cancel);
        return new RowChoice(ranked[0], null, ranked.Count, 0);
    }

    private RowChoice Choose(Setting start, int? pilotK, IReadOnlyList<Axis> axes)
    {
        var pilotIsStart = pilotK is not null;
        if ((pilotK ?? Pilot(start, axes).K) is not { } k)
        {
            return new RowChoice(start, null, 0, 0);
        }

        var probeK = Math.Min(k + ProbeAboveK, RateGrid.HighestK);
        var ranked = Screening.Rank(start, axes, (s, best) => Attainment(s, cell.AtRate(FirstSeed, RateGrid.RateOf(probeK) * s.Devices), best), cancel);
        var finalists = ranked.Take(Screening.Finalists).ToArray();
        var best = new RowChoice(start, pilotIsStart ? k : null, ranked.Count, finalists.Length);
        foreach (var finalist in finalists)
        {
            // One that fails just above the best so far cannot beat it: no answer lies above a failing point. It is not searched further.
            if (best.K is { } toBeat && !Ledger(finalist).Reaches(toBeat + 1, Goal.P99At90))
            {
                continue;
            }

            var found = Search(finalist, best.K + 1 ?? probeK, RateGrid.NearK);
            if (found is not null && (best.K is null || found > best.K))
            {
                best = best with { Setting = finalist, K = found };
            }
        }

        return best;
    }

    /// <summary>
    /// A first idea of what rate the policy sustains: the setting itself, or, where that sustains none, any setting that differs
    /// from it along one axis.
    /// </summary>
    private RowChoice Pilot(Setting start, IReadOnlyList<Axis> axes)
    {
        if (plan.Always.Count == 0 && Search(start, 0) is { } own)
        {
            return new RowChoice(start, own, 0, 0);
        }

        var coarse = axes.SelectMany(a => Coarse(a).Select(v => v(start))).Prepend(start).Distinct().ToList();
        var ledgers = coarse.ConvertAll(s => Ledger(s));
        var latest = 0;
        bool AnyReaches(int k)
        {
            for (var i = 0; i < ledgers.Count; i++)
            {
                // The setting that reached at the last point is asked first: it mostly does again.
                var at = (latest + i) % ledgers.Count;
                if (ledgers[at].Reaches(k, Goal.P99At90))
                {
                    latest = at;
                    return true;
                }
            }

            return false;
        }

        return new RowChoice(start, GoodputSearch.Find(AnyReaches).K, 0, 0);
    }

    private static IEnumerable<Func<Setting, Setting>> Coarse(Axis axis)
    {
        var stride = axis.Ordered ? Math.Max(1, axis.Values.Count / 4) : 1;
        return axis.Values.Where((_, i) => i % stride == stride / 2);
    }

    private int? Search(Setting setting, int startK, int strideK = RateGrid.DoublingK)
    {
        var ledger = Ledger(setting);
        return GoodputSearch.Find(k => ledger.Reaches(k, Goal.P99At90), startK, strideK).K;
    }

    /// <summary>Attainment of a run on the first seed; below 0 when it is sure to be hopeless against <paramref name="best"/>.</summary>
    private double Attainment(Setting setting, Load load, double best)
    {
        ran(1);
        var missedMax = (long)(load.Scored * (1 - best + Screening.Hopeless));
        var tally = new EngineRun(cell, setting, FirstSeed).Count(load, missedMax, cancel);
        return tally.Missed > missedMax ? -1 : (double)tally.Attained / load.Scored;
    }

    private ProbeLedger Ledger(Setting setting) => Ledger(setting, FirstSeed);

    // What a search has learnt of a setting serves the next one. Nobody asks the same ledger from two threads: settings or seeds differ.
    private ProbeLedger Ledger(Setting setting, ulong seed) => _ledgers.GetOrAdd((setting, seed), key => new ProbeLedger(
        (k, asked) =>
        {
            ran(1);
            var load = cell.AtRate(key.Seed, RateGrid.RateOf(k) * key.Setting.Devices);
            return new EngineRun(cell, key.Setting, key.Seed).Probe(load, asked, cancel);
        },
        options.Goals));

    private RowResult Replayed(string name, RowChoice choice)
    {
        var seeds = options.AllSeeds.ToArray();
        var runs = new RunResult[seeds.Length];
        ParallelLoop.For(seeds.Length, i =>
        {
            ran(1);
            using var log = options.Log?.Begin(name, seeds[i]);
            runs[i] = new EngineRun(cell, choice.Setting, seeds[i]).Whole(cell.AsIs(seeds[i], choice.Setting.Devices), clock, log, cancel);
        }, cancel, inOrder: options.Log is not null);
        return new RowResult { Name = name, Setting = choice.Setting, Chosen = ChosenOf(choice, plan.Always), Runs = runs };
    }

    private RowResult Searched(string name, RowChoice choice, IReadOnlyList<Axis> axes)
    {
        var seeds = options.AllSeeds.ToArray();
        var runs = new RunResult[seeds.Length];
        var points = new GoodputPoint[seeds.Length][];
        ParallelLoop.For(seeds.Length, i =>
        {
            var ledger = Ledger(choice.Setting, seeds[i]);
            points[i] = [.. options.Goals.Select(goal => GoodputSearch.Find(k => ledger.Reaches(k, goal)))];

            // Where no point reaches, the run at 1/s is shown: the first that was tried.
            var shownK = points[i][(int)Goal.P99At90].K ?? 0;
            ran(1);
            var load = cell.AtRate(seeds[i], RateGrid.RateOf(shownK) * choice.Setting.Devices);
            using var log = options.Log?.Begin(name, seeds[i]);
            runs[i] = new EngineRun(cell, choice.Setting, seeds[i]).Whole(load, clock, log, cancel);
        }, cancel, inOrder: options.Log is not null);
        return new RowResult { Name = name, Setting = choice.Setting, Chosen = ChosenOf(choice, axes), Runs = runs, Points = points };
    }

    private Chosen ChosenOf(RowChoice choice, IReadOnlyList<Axis> axes)
    {
        var setting = choice.Setting;
        var levers = axes.Any(a => a.Name == RowPlan.LeversAxis);
        return new Chosen
        {
            Order = levers ? (setting.Order == Core.PrefillOrder.Spf ? "spf" : "fcfs") : null,
            Chunk = levers || axes.Any(a => a.Name == RowPlan.ChunkAxis) ? ChunkText.Of(setting.ChunkTokens) : null,
            Margin = axes.Any(a => a.Name == RowPlan.MarginAxis) ? setting.ItlMargin : null,
            PrefillShare = axes.Any(a => a.Name == RowPlan.ShareAxis) ? (double)setting.PrefillUnits / cell.Device.Units : null,
            ChunkTimeItls = axes.Any(a => a.Name == RowPlan.ExtraLeversAxis) ? setting.ChunkTimeItls : null,
            DemotionShare = axes.Any(a => a.Name == RowPlan.ExtraLeversAxis) ? setting.DemotionShare : null,
            Ratio = axes.Any(a => a.Name == RowPlan.RatioAxis) ? $"{setting.PrefillDevices}P{setting.DecodeDevices}D" : null,
            Screened = axes.Count > 0 ? choice.Screened : null,
            Searched = choice.Searched > 0 ? choice.Searched : null,
            Budget = axes.Count > 0 ? Screening.Budget : null,
        };
    }
}
