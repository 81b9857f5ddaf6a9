namespace RapidTuner.Learning.Trees.Training;

/// <summary>What a fit produced.</summary>
/// <param name="All">Every tree that was grown.</param>
/// <param name="BestTrees">How many of them did best on the holdout; all of them without one.</param>
/// <param name="HoldoutLoss">Mean loss on the holdout after 1, 2, … trees; empty without a holdout.</param>
public sealed record TrainedTrees(TreeEnsemble All, int BestTrees, double[] HoldoutLoss)
{
    /// <summary>The trees that did best on the holdout.</summary>
    public TreeEnsemble Best => BestTrees == All.Trees ? All : All.Truncate(BestTrees);
}
