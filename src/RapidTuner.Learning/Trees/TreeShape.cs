namespace RapidTuner.Learning.Trees;

/// <summary>Whether arrays form trees. A reader asks before it follows a single index.</summary>
internal static class TreeShape
{
    /// <summary>What is wrong, or null.</summary>
    public static string? Fault(TreeArrays arrays)
    {
        if (!double.IsFinite(arrays.Base) || !Enum.IsDefined(arrays.Link))
        {
            return "has a base that is no number, or an unknown link";
        }

        if (arrays.Categories.Any(c => c is < 0 or > CategorySet.CategoriesMax))
        {
            return $"has a feature with a category count outside 0 to {CategorySet.CategoriesMax}";
        }

        if (!arrays.Leaves.All(double.IsFinite))
        {
            return "has a leaf that is no finite number";
        }

        return NodeFault(arrays) ?? ParentFault(arrays);
    }

    private static string? NodeFault(TreeArrays arrays)
    {
        foreach (ref readonly var node in arrays.Nodes.AsSpan())
        {
            if ((uint)node.Feature >= (uint)arrays.Categories.Length)
            {
                return "has a decision on a feature that it does not have";
            }

            var categorical = arrays.Categories[node.Feature] > 0;
            var fits = categorical ? (uint)node.CategorySet < (uint)arrays.Sets.Length : node.CategorySet == TreeNode.Numeric;
            if (!fits || double.IsNaN(node.Threshold) || double.IsNegativeInfinity(node.Threshold))
            {
                return "has a decision with an impossible threshold or category set";
            }
        }

        return null;
    }

    private static string? ParentFault(TreeArrays arrays)
    {
        var nodeSeen = new bool[arrays.Nodes.Length];
        var leafSeen = new bool[arrays.Leaves.Length];
        bool Claim(int child, int parent) =>
            child >= 0
                ? child > parent && child < nodeSeen.Length && !nodeSeen[child] && (nodeSeen[child] = true)
                : ~child < leafSeen.Length && !leafSeen[~child] && (leafSeen[~child] = true);

        foreach (var root in arrays.Roots)
        {
            if (!Claim(root, -1))
            {
                return "has a root that is no tree of its own";
            }
        }

        for (var i = 0; i < arrays.Nodes.Length; i++)
        {
            if (!Claim(arrays.Nodes[i].Left, i) || !Claim(arrays.Nodes[i].Right, i))
            {
                return "has branches that meet or turn back";
            }
        }

        return nodeSeen.All(seen => seen) && leafSeen.All(seen => seen) ? null : "has branches that no tree reaches";
    }
}
