using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.MLNet;

/// <summary>
/// ML.NET's FastTree. Grows trees in stretches, each on what the ones before left unexplained, so that a fit can be cancelled
/// and ended early between them; with squared loss that is the same as growing on.
/// </summary>
public sealed class FastTreeTrainer : ITrainer
{
    /// <summary>Most trees of a stretch; chosen: cancelling waits for at most so many.</summary>
    internal const int StretchTrees = 200;

    /// <inheritdoc/>
    public string Name => "fasttree";

    /// <inheritdoc/>
    public TrainerCapabilities Capabilities =>
        TrainerCapabilities.SquaredLoss | TrainerCapabilities.MissingValues | TrainerCapabilities.Categories
        | TrainerCapabilities.EarlyStopping | TrainerCapabilities.SampleWeights | TrainerCapabilities.Deterministic;

    /// <inheritdoc/>
    public IPreparedFeatures Prepare(FeatureTable features) => new Prepared(this, features);

    private sealed class Prepared(FastTreeTrainer trainer, FeatureTable features) : IPreparedFeatures
    {
        private readonly FastTreeInputs _inputs = new(features);

        public TrainedTrees Fit(TrainingSample sample, TrainingOptions options, CancellationToken cancel = default)
        {
            var missing = options.Needs(sample) & ~trainer.Capabilities;
            if (missing != TrainerCapabilities.None)
            {
                throw new MissingCapabilityException(trainer.Name, missing);
            }

            var rows = TrainingRows.Of(features, sample, options);
            var target = TrainingRows.TargetOf(sample, options);
            var growth = new Growth(features, rows, target, rows.MeanOf(target, sample.Weights.Span), options);
            while (growth.Trees < options.Trees && !growth.IsDone)
            {
                cancel.ThrowIfCancellationRequested();
                growth.Add(Stretch(sample, options, rows.Train, growth), _inputs);
            }

            return growth.Result();
        }

        /// <summary>The next trees on what is left.</summary>
        private RegressionTreeEnsemble Stretch(TrainingSample sample, TrainingOptions options, int[] rows, Growth growth)
        {
            // ML.NET seeds with 32 bits; every stretch draws anew.
            var seed = (int)((options.Seed + (ulong)growth.Trees) & int.MaxValue);
            var context = new MLContext(seed);
            var data = FastTreeData.Of(context, _inputs, rows, growth.Left, sample.Weights);
            var fastTree = context.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options
            {
                NumberOfTrees = Math.Min(StretchTrees, options.Trees - growth.Trees),
                NumberOfLeaves = options.Leaves,
                MinimumExampleCountPerLeaf = options.LeafRowsMin,
                LearningRate = options.LearningRate,
                MaximumBinCountPerFeature = 255,
                FeatureFraction = options.FeatureShare,
                BaggingSize = options.RowShare < 1 ? 1 : 0,
                BaggingExampleFraction = options.RowShare,
                NumberOfThreads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount,
                Seed = seed,
                FeatureSelectionSeed = seed,
                ExampleWeightColumnName = sample.Weights.IsEmpty ? null : nameof(FastTreeExample.Weight),
            });
            return fastTree.Fit(data).Model.TrainedTreeEnsemble;
        }
    }
}
