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
            var rows = TrainingRows.Of(features, sample, options);
            using var team = new WorkTeam(options.Threads > 0 ? options.Threads : Environment.ProcessorCount);
            return new Booster(table, sample, rows, options, team).Run(cancel);
        }
    }
}
