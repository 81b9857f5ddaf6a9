using RapidTuner.Core;
using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Latency;

/// <summary>Fits trees and intervals of one phase around its law. Held-out steps count by their weight, so that those of before a drift say little.</summary>
internal sealed class PhaseFit(LatencyModel laws, Phase phase, LatencyRow[] rows, double[] weights, LatencyFitOptions options, LatencyRival? rival)
{
    /// <summary>Share of steps that an interval's either end leaves out.</summary>
    private const double Tail = 0.05;

    /// <summary>Fewest held-out samples for an interval of a regime's own.</summary>
    private const int RegimeRowsMin = 60;

    /// <summary>What a borrowed interval is widened by. Chosen: contention doubles the noise of the twin's steps at most.</summary>
    private const double BorrowedRatio = 2;

    private readonly double[] _law = Array.ConvertAll(rows, r => laws.LawLog(phase, r.Work, r.Units, r.Beside, r.BesideUnits));

    /// <summary>The phase's part of a model; what it scored on held-out blocks goes to <paramref name="groups"/>.</summary>
    public PhaseLatency Run(SortedDictionary<string, LatencyMetrics> groups, CancellationToken cancel)
    {
        if (rows.Length < Math.Max(1, options.TreeRowsMin / 10))
        {
            return PhaseLatency.Prior;
        }

        var columns = Columns();
        var residuals = rows.Select((row, i) => row.LogS - _law[i]).ToArray();
        var (trees, held) = Grow(columns, residuals, cancel);
        var misses = residuals.Select((r, i) => r - held[i]).ToArray();
        var regimes = rows.Select(r => (int)laws.RegimeOf(r.Units, r.Beside, r.BesideUnits)).ToArray();
        var offsets = Offsets(misses, regimes);
        for (var regime = 0; regime < PhaseLatency.Regimes; regime++)
        {
            int[] members = [.. Enumerable.Range(0, rows.Length).Where(i => regimes[i] == regime)];
            if (members.Length > 0)
            {
                groups[GroupOf((LatencyRegime)regime)] = Score(members, misses, residuals, offsets[regime]);
            }
        }

        return new PhaseLatency(laws.Of(phase).Constants, trees, offsets, [.. columns.Select(c => c.Min())], [.. columns.Select(c => c.Max())]);
    }

    /// <summary>The rival's part instead, and what it scores on steps that it has not seen.</summary>
    public PhaseLatency Keep(SortedDictionary<string, LatencyMetrics> groups)
    {
        foreach (var members in rows.Where(r => r.Seq > rival!.SeenSeq).GroupBy(r => laws.RegimeOf(r.Units, r.Beside, r.BesideUnits)))
        {
            var said = members.Select(r => (TookS: Math.Exp(r.LogS), By: rival!.Model.Estimate(phase, r.Work, r.Units, r.Beside, r.BesideUnits),
                LawS: rival.Model.LawS(phase, r.Work, r.Units, r.Beside, r.BesideUnits))).ToArray();
            groups[GroupOf(members.Key)] = new LatencyMetrics(
                said.Length,
                said.Average(s => Math.Abs((s.By.P50S / s.TookS) - 1)),
                said.Select(s => Math.Abs((s.By.P50S / s.TookS) - 1)).Order().ElementAt(said.Length / 2),
                said.Average(s => Math.Abs((s.LawS / s.TookS) - 1)),
                said.Average(s => s.TookS >= s.By.LowS && s.TookS <= s.By.HighS ? 1.0 : 0),
                said.Average(s => s.TookS <= s.By.HighS ? 1.0 : 0),
                said.Average(s => (s.By.HighS - s.By.LowS) / s.By.P50S),
                Kept: true);
        }

        return rival!.Model.Of(phase);
    }

    private string GroupOf(LatencyRegime regime) => $"{phase.ToString().ToLowerInvariant()}.{regime.ToString().ToLowerInvariant()}";

    private double[][] Columns()
    {
        var columns = new double[LatencyFeatures.Count][];
        for (var f = 0; f < columns.Length; f++)
        {
            columns[f] = new double[rows.Length];
        }

        var grid = StepGrid.Of(laws.Scene);
        Span<double> row = stackalloc double[LatencyFeatures.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            LatencyFeatures.Fill(row, in grid, rows[i].Work, rows[i].Units, rows[i].Beside, rows[i].BesideUnits);
            for (var f = 0; f < columns.Length; f++)
            {
                columns[f][i] = row[f];
            }
        }

        return columns;
    }

    /// <summary>The trees, and for every row what trees that had not seen its block of time say of it.</summary>
    private (TreeEnsemble? Trees, double[] Held) Grow(double[][] columns, double[] residuals, CancellationToken cancel)
    {
        var held = new double[rows.Length];
        if (rows.Length < options.TreeRowsMin || options.Trees == 0)
        {
            return (null, held);
        }

        var prepared = new HistogramTrainer().Prepare(new FeatureTable(columns));
        var training = new TrainingOptions
        {
            Loss = Loss.Squared, Trees = options.Trees, Leaves = options.Leaves, LearningRate = options.LearningRate, LeafRowsMin = options.LeafRowsMin,
            L2 = 1, Monotone = LatencyFeatures.Monotone, Seed = options.Seed, Threads = options.Threads,
        };
        var losses = new double[options.Trees];
        var row = new double[columns.Length];
        for (var block = 0; block < options.Blocks; block++)
        {
            int[] outside = [.. Enumerable.Range(0, rows.Length).Where(i => BlockOf(i) != block)];
            int[] inside = [.. Enumerable.Range(0, rows.Length).Where(i => BlockOf(i) == block)];
            var fold = prepared.Fit(new TrainingSample(residuals) { Weights = weights, Rows = outside, Holdout = inside }, training, cancel);
            var weight = inside.Sum(i => weights[i]);
            for (var tree = 0; tree < losses.Length; tree++)
            {
                losses[tree] += weight * fold.HoldoutLoss[Math.Min(tree, fold.HoldoutLoss.Length - 1)];
            }

            var best = fold.Best;
            foreach (var i in inside)
            {
                for (var f = 0; f < row.Length; f++)
                {
                    row[f] = columns[f][i];
                }

                held[i] = best.Predict(row);
            }
        }

        // Trees that say less than none of them, on blocks that they have not seen, have learned noise.
        if (residuals.Select((r, i) => weights[i] * training.Loss.Of(r)).Sum() <= losses.Min())
        {
            return (null, new double[rows.Length]);
        }

        var count = Array.IndexOf(losses, losses.Min()) + 1;
        var all = prepared.Fit(new TrainingSample(residuals) { Weights = weights, Holdout = [] }, training with { Trees = count }, cancel);
        return (all.All, held);
    }

    private int BlockOf(int row) => (int)((long)row * options.Blocks / rows.Length);

    /// <summary>Conformal quantiles per regime; a regime of few samples borrows the widest of the others, wider still.</summary>
    private LatencyOffsets[] Offsets(double[] misses, int[] regimes)
    {
        int[] order = [.. Enumerable.Range(0, misses.Length).OrderBy(i => misses[i])];
        var offsets = new LatencyOffsets?[PhaseLatency.Regimes];
        for (var regime = 0; regime < offsets.Length; regime++)
        {
            int[] own = [.. order.Where(i => regimes[i] == regime)];
            offsets[regime] = own.Length >= RegimeRowsMin ? Quantiles(own, misses) : null;
        }

        var pooled = Quantiles(order, misses);
        var widest = offsets.OfType<LatencyOffsets>().DefaultIfEmpty(pooled).MaxBy(o => o.High - o.Low)!;
        return [.. offsets.Select(o => o ?? new LatencyOffsets(BorrowedRatio * (widest.Low - widest.Median), 0, BorrowedRatio * (widest.High - widest.Median), 0))];
    }

    /// <summary>
    /// The ranks of split conformal prediction (Vovk et al. 2005), one more row than there are, by weight: of samples that drift the
    /// later ones tell more of the next (Barber et al. 2023). Rows come by rising miss.
    /// </summary>
    private LatencyOffsets Quantiles(int[] rising, double[] misses)
    {
        var total = rising.Sum(i => weights[i]);
        var withNext = total + rising.Max(i => weights[i]);
        var (low, median, high, upTo) = (misses[rising[0]], double.NaN, misses[rising[^1]], 0.0);
        foreach (var i in rising)
        {
            var before = upTo;
            upTo += weights[i];
            low = upTo <= Tail * withNext ? misses[i] : low;
            median = double.IsNaN(median) && upTo > 0.5 * total ? misses[i] : median;
            if (upTo >= (1 - Tail) * withNext && before < (1 - Tail) * withNext)
            {
                high = misses[i];
            }
        }

        return new LatencyOffsets(low, median, high, rising.Length);
    }

    private LatencyMetrics Score(int[] members, double[] misses, double[] residuals, LatencyOffsets offsets)
    {
        var total = members.Sum(i => weights[i]);
        double Mean(Func<int, double> of) => members.Sum(i => weights[i] * of(i)) / total;
        double Ape(int i) => Math.Abs(Math.Exp(offsets.Median - misses[i]) - 1);
        int[] fresh = rival is null ? [] : [.. members.Where(i => rows[i].Seq > rival.SeenSeq)];
        var compared = fresh.Length >= RegimeRowsMin;
        return new LatencyMetrics(
            members.Length,
            Mean(Ape),
            members.Select(Ape).Order().ElementAt(members.Length / 2),
            Mean(i => Math.Abs(Math.Exp(-residuals[i]) - 1)),
            Mean(i => misses[i] >= offsets.Low && misses[i] <= offsets.High ? 1 : 0),
            Mean(i => misses[i] <= offsets.High ? 1 : 0),
            Math.Exp(offsets.High - offsets.Median) - Math.Exp(offsets.Low - offsets.Median),
            compared ? fresh.Average(Ape) : null,
            compared ? fresh.Average(i => Math.Abs((RivalS(in rows[i]) / Math.Exp(rows[i].LogS)) - 1)) : null,
            compared ? fresh.Average(i => Math.Abs(misses[i] - offsets.Median)) : null,
            compared ? fresh.Average(i => Math.Abs(Math.Log(RivalS(in rows[i])) - rows[i].LogS)) : null);
    }

    private double RivalS(in LatencyRow row) => rival!.Model.Estimate(phase, row.Work, row.Units, row.Beside, row.BesideUnits).P50S;
}
