using Microsoft.ML.Trainers.FastTree;
using RapidTuner.Learning.Trees;

namespace RapidTuner.Learning.MLNet;

/// <summary>Turns ML.NET's trees into ours.</summary>
internal static class FastTreeExport
{
    /// <summary>Adds all trees of an ensemble in its order.</summary>
    public static void AddTrees(TreeEnsembleBuilder builder, RegressionTreeEnsemble ensemble, FastTreeInputs inputs)
    {
        for (var t = 0; t < ensemble.Trees.Count; t++)
        {
            AddTree(builder, ensemble.Trees[t], ensemble.TreeWeights[t], inputs);
        }
    }

    private static void AddTree(TreeEnsembleBuilder builder, RegressionTree tree, double weight, FastTreeInputs inputs)
    {
        double[] leaves = [.. tree.LeafValues.Take(tree.NumberOfLeaves).Select(v => v * weight)];
        var nodes = new TreeNode[tree.NumberOfNodes];
        var sets = new List<CategorySet>();
        for (var n = 0; n < nodes.Length; n++)
        {
            var input = tree.NumericalSplitFeatureIndexes[n];
            nodes[n] = new TreeNode
            {
                Feature = inputs.FeatureOf[input], Left = tree.LeftChild[n], Right = tree.RightChild[n],
                CategorySet = TreeNode.Numeric, MissingLeft = true,
            };
            if (inputs.CodeOf[input] < 0)
            {
                nodes[n].Threshold = LargestThatRoundsTo(tree.NumericalSplitThresholds[n]);
            }
            else
            {
                nodes[n].CategorySet = sets.Count;
                sets.Add(LeftOf(tree.NumericalSplitThresholds[n], inputs.CodeOf[input], inputs.CategoriesOf(inputs.FeatureOf[input])));
            }
        }

        builder.Add(nodes, leaves, [.. sets]);
    }

    /// <summary>ML.NET rounds a value to a float and then compares; the largest double that goes left is the last one that rounds to at most the threshold.</summary>
    private static double LargestThatRoundsTo(float threshold)
    {
        var next = MathF.BitIncrement(threshold);
        if (float.IsInfinity(next) || float.IsInfinity(threshold))
        {
            return threshold;
        }

        var middle = threshold + (((double)next - threshold) / 2);
        return (float)middle <= threshold ? middle : Math.BitDecrement(middle);
    }

    /// <summary>The categories whose one-hot input is at most the threshold: all others, or all.</summary>
    private static CategorySet LeftOf(float threshold, int code, int categories)
    {
        var set = default(CategorySet);
        for (var c = 0; c < categories; c++)
        {
            if ((c == code ? 1 : 0) <= threshold)
            {
                set.Add(c);
            }
        }

        return set;
    }
}
