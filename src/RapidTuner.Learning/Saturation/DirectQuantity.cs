using System.Runtime.CompilerServices;
using RapidTuner.Core;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Trees;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Saturation;

/// <summary>
/// A quantity that was measured for whole steps (a saturation point, a contention factor) and learned by itself, by trees of its
/// logarithm, beside what follows from latency models: two ways that must agree. Immutable; a prediction allocates nothing.
/// </summary>
public sealed class DirectQuantity
{
    /// <summary>Share of the held-out rows that an interval holds.</summary>
    private const double Coverage = 0.9;

    /// <summary>Fewest measurements to learn from.</summary>
    private const int RowsMin = 50;

    private const int Folds = 5;

    private readonly TreeEnsemble _trees;
    private readonly double _logHalf;
    private readonly StepGrid _grid;

    private DirectQuantity(TreeEnsemble trees, double logHalf, StepGrid grid) => (_trees, _logHalf, _grid) = (trees, logHalf, grid);

    /// <summary>Learns from measurements.</summary>
    /// <param name="rows">Steps and what was measured of each, above 0.</param>
    /// <param name="grid">Device and model.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>The quantity; null when there are too few measurements.</returns>
    public static DirectQuantity? Fit(IReadOnlyList<DirectRow> rows, StepGrid grid, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var known = rows.Where(r => r.Value > 0 && double.IsFinite(r.Value)).ToArray();
        if (known.Length < RowsMin)
        {
            return null;
        }

        var columns = ColumnsOf(known, in grid);
        var logs = Array.ConvertAll(known, r => Math.Log(r.Value));
        var prepared = new HistogramTrainer().Prepare(new FeatureTable(columns));
        var training = new TrainingOptions { Trees = 300, Leaves = 16, LearningRate = 0.06, LeafRowsMin = 4, L2 = 1, Seed = seed };
        var misses = new double[known.Length];
        var row = new double[columns.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            int[] outside = [.. Enumerable.Range(0, known.Length).Where(i => i % Folds != fold)];
            var trees = prepared.Fit(new TrainingSample(logs) { Rows = outside, Holdout = [] }, training).All;
            for (var i = fold; i < known.Length; i += Folds)
            {
                for (var f = 0; f < row.Length; f++)
                {
                    row[f] = columns[f][i];
                }

                misses[i] = Math.Abs(logs[i] - trees.Predict(row));
            }
        }

        Array.Sort(misses);
        var rank = Math.Min(misses.Length, (int)Math.Ceiling(Coverage * (misses.Length + 1)));
        var all = prepared.Fit(new TrainingSample(logs) { Holdout = [] }, training).All;
        return new DirectQuantity(all, misses[rank - 1], grid);
    }

    /// <summary>The quantity with its 90 % interval; <paramref name="units"/> 0 where it does not depend on units.</summary>
    [SkipLocalsInit]
    public (double Value, double Low, double High) Predict(in StepWork work, int units, in StepWork beside, int besideUnits)
    {
        Span<double> row = stackalloc double[LatencyFeatures.Count];
        LatencyFeatures.Fill(row, in _grid, in work, Math.Max(1, units), in beside, besideUnits);
        var log = _trees.Predict(row);
        return (Math.Exp(log), Math.Exp(log - _logHalf), Math.Exp(log + _logHalf));
    }

    private static double[][] ColumnsOf(DirectRow[] rows, in StepGrid grid)
    {
        var columns = new double[LatencyFeatures.Count][];
        for (var f = 0; f < columns.Length; f++)
        {
            columns[f] = new double[rows.Length];
        }

        Span<double> row = stackalloc double[LatencyFeatures.Count];
        for (var i = 0; i < rows.Length; i++)
        {
            LatencyFeatures.Fill(row, in grid, rows[i].Work, Math.Max(1, rows[i].Units), rows[i].Beside, rows[i].BesideUnits);
            for (var f = 0; f < columns.Length; f++)
            {
                columns[f][i] = row[f];
            }
        }

        return columns;
    }
}
