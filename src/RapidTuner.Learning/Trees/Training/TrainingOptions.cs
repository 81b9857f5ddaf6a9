using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Trees.Training;

/// <summary>How trees are grown. Frozen at start.</summary>
public sealed record TrainingOptions
{
    /// <summary>What is made small; default <see cref="Loss.Squared"/>.</summary>
    public Loss Loss { get; init; } = Loss.Squared;

    /// <summary>Most trees, 1 to 100,000; default 100.</summary>
    public int Trees { get; init; } = 100;

    /// <summary>Most leaves of a tree, 2 to 4096; default 31, which fits the 32-bit masks of fast evaluation.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>Shrinkage of each tree, 0 (exclusive) to 1; default 0.1.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Fewest rows of a leaf, 1 or more; default 20.</summary>
    public int LeafRowsMin { get; init; } = 20;

    /// <summary>L2 penalty on leaf values, in rows of weight 1, 0 or more; default 1e-3.</summary>
    public double L2 { get; init; } = 1e-3;

    /// <summary>Further L2 penalty on leaves of a categorical decision, in rows, 0 or more; default 1. Few rows per category would be fitted by heart.</summary>
    public double CategoryL2 { get; init; } = 1;

    /// <summary>Rows pulled towards the mean when categories are put in order, 0 or more; default 2.</summary>
    public double CategorySmoothingRows { get; init; } = 2;

    /// <summary>Share of the rows drawn for each tree, 0 (exclusive) to 1; default 1.</summary>
    public double RowShare { get; init; } = 1;

    /// <summary>Share of the features drawn for each tree, 0 (exclusive) to 1; default 1.</summary>
    public double FeatureShare { get; init; } = 1;

    /// <summary>Per feature +1 (prediction never falls with it), -1 (never rises) or 0; default none.</summary>
    public IReadOnlyList<int> Monotone { get; init; } = [];

    /// <summary>Rounds without improvement of the holdout after which growing stops; 0, the default: never.</summary>
    public int PatienceTrees { get; init; }

    /// <summary>Share of the rows held out when <see cref="PatienceTrees"/> is set and the sample names no holdout, 0 to 0.5; default 0.1.</summary>
    public double HoldoutShare { get; init; } = 0.1;

    /// <summary>Seed of every draw; default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads, 1 to 256; 0, the default: one per core. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>What a trainer must be able to do for these options.</summary>
    internal TrainerCapabilities Needs(TrainingSample sample) =>
        (Loss.Kind == LossKind.Quantile ? TrainerCapabilities.QuantileLoss : TrainerCapabilities.SquaredLoss)
        | (Monotone.Any(m => m != 0) ? TrainerCapabilities.MonotoneConstraints : TrainerCapabilities.None)
        | (PatienceTrees > 0 ? TrainerCapabilities.EarlyStopping : TrainerCapabilities.None)
        | (sample.Weights.IsEmpty ? TrainerCapabilities.None : TrainerCapabilities.SampleWeights);

    /// <summary>Adds what is wrong with these options for <paramref name="features"/>.</summary>
    internal void Check(Problems found, FeatureTable features)
    {
        found.InRange("trees", Trees, 1, 100_000);
        found.InRange("leaves", Leaves, 2, 4096);
        found.InRange("learning_rate", LearningRate, double.Epsilon, 1);
        found.InRange("leaf_rows_min", LeafRowsMin, 1, int.MaxValue);
        found.InRange("l2", L2, 0, 1e12);
        found.InRange("category_l2", CategoryL2, 0, 1e12);
        found.InRange("category_smoothing_rows", CategorySmoothingRows, 0, 1e12);
        found.InRange("row_share", RowShare, double.Epsilon, 1);
        found.InRange("feature_share", FeatureShare, double.Epsilon, 1);
        found.InRange("holdout_share", HoldoutShare, 0, 0.5);
        found.InRange("patience_trees", PatienceTrees, 0, int.MaxValue);
        found.InRange("threads", Threads, 0, 256);
        if (Loss.Kind == LossKind.Quantile)
        {
            found.InRange("loss", Loss.Level, double.Epsilon, 1 - 1e-12);
        }

        if (Monotone.Count > 0 && Monotone.Count != features.Features)
        {
            found.Add("monotone", $"has {Monotone.Count} entries for {features.Features} features", "give one per feature");
        }

        for (var f = 0; f < Math.Min(Monotone.Count, features.Features); f++)
        {
            if (Monotone[f] is < -1 or > 1 || (Monotone[f] != 0 && features.Categories[f] > 0))
            {
                found.Add("monotone", $"is {Monotone[f]} for feature {f}", "give -1, 0 or 1, and 0 for a categorical feature");
            }
        }
    }
}
