using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;

namespace RapidTuner.Learning.Trees.Training;

/// <summary>
/// Our own histogram gradient boosting: at most 255 bins a feature, trees grown leaf by leaf, integer histograms, hence the same
/// result on any number of cores.
/// </summary>
public sealed class HistogramTrainer : ITrainer
{
    /// <inheritdoc/>
    public string Name => "histogram";

    /// <inheritdoc/>
    public TrainerCapabilities Capabilities =>
        TrainerCapabilities.SquaredLoss | TrainerCapabilities.QuantileLoss | TrainerCapabilities.MonotoneConstraints
        | TrainerCapabilities.MissingValues | TrainerCapabilities.Categories | TrainerCapabilities.EarlyStopping
        | TrainerCapabilities.SampleWeights | TrainerCapabilities.Deterministic;

    /// <inheritdoc/>
    public IPreparedFeatures Prepare(FeatureTable features)
    {
        using var team = new WorkTeam(Environment.ProcessorCount);
        return new Prepared(features, new BinnedTable(features, team));
    }

    private sealed class Prepared(FeatureTable features, BinnedTable table) : IPreparedFeatures
    {
        public TrainedTrees Fit(TrainingSample sample, TrainingOptions options, CancellationToken cancel = default)
        {
            var problems = new Problems();
            options.Check(problems, features);
            if (sample.Target.Length != table.Rows || (!sample.Weights.IsEmpty && sample.Weights.Length != table.Rows))
            {
                problems.Add("target", $"has {sample.Target.Length} values for {table.Rows} rows", "give one per row, and as many weights or none");
            }

            problems.ThrowIfAny();
            var (rows, holdout) = RowsOf(sample, options);
            CheckTarget(sample, options, rows, holdout);
            using var team = new WorkTeam(options.Threads > 0 ? options.Threads : Environment.ProcessorCount);
            return new Booster(table, sample, rows, holdout, options, team).Run(cancel);
        }

        private static void CheckTarget(TrainingSample sample, TrainingOptions options, int[] rows, int[] holdout)
        {
            var target = sample.Target.Span;
            var least = options.Loss.Kind == LossKind.LogSquared ? double.Epsilon : double.NegativeInfinity;
            if (rows.Length == 0)
            {
                throw new BadInputException("target", "has no row to train on", "give at least one row of weight above 0 outside the holdout");
            }

            foreach (var row in rows.Concat(holdout))
            {
                if (!double.IsFinite(target[row]) || target[row] < least)
                {
                    throw new BadInputException("target", $"is {target[row]} in row {row}", options.Loss.Kind == LossKind.LogSquared ? "give values above 0, or the loss `squared`" : "give finite values");
                }
            }
        }

        private (int[] Rows, int[] Holdout) RowsOf(TrainingSample sample, TrainingOptions options)
        {
            var holdout = sample.Holdout ?? [];
            if (sample.Holdout is null && options.PatienceTrees > 0)
            {
                var rng = new Rng(options.Seed, "holdout");
                holdout = [.. (sample.Rows ?? Enumerable.Range(0, table.Rows)).Where(_ => rng.NextDouble() < options.HoldoutShare)];
            }

            var isHeldOut = new bool[table.Rows];
            foreach (var row in holdout)
            {
                isHeldOut[row] = true;
            }

            var rows = (sample.Rows ?? Enumerable.Range(0, table.Rows))
                .Where(row => !isHeldOut[row] && (sample.Weights.IsEmpty || sample.Weights.Span[row] > 0));
            return ([.. rows], holdout);
        }
    }
}
