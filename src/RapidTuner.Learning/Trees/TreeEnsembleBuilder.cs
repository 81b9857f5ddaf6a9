namespace RapidTuner.Learning.Trees;

/// <summary>Collects trees into one ensemble.</summary>
internal sealed class TreeEnsembleBuilder(int[] categories)
{
    private readonly List<TreeNode> _nodes = [];
    private readonly List<double> _leaves = [];
    private readonly List<int> _roots = [];
    private readonly List<CategorySet> _sets = [];

    /// <summary>Number of trees so far.</summary>
    public int Trees => _roots.Count;

    /// <summary>Adds a tree whose indices count from its own first node, leaf and set; no node at all is a single leaf.</summary>
    public void Add(ReadOnlySpan<TreeNode> nodes, ReadOnlySpan<double> leaves, ReadOnlySpan<CategorySet> sets)
    {
        var (firstNode, firstLeaf, firstSet) = (_nodes.Count, _leaves.Count, _sets.Count);
        _roots.Add(nodes.Length > 0 ? firstNode : ~firstLeaf);
        foreach (var given in nodes)
        {
            var node = given;
            node.Left = Shifted(node.Left, firstNode, firstLeaf);
            node.Right = Shifted(node.Right, firstNode, firstLeaf);
            node.CategorySet = node.CategorySet == TreeNode.Numeric ? TreeNode.Numeric : node.CategorySet + firstSet;
            _nodes.Add(node);
        }

        _leaves.AddRange(leaves);
        _sets.AddRange(sets);
    }

    /// <summary>Adds the first trees of another ensemble.</summary>
    public void AddFirst(TreeArrays from, int trees)
    {
        var copy = new TreeCopy(from);
        for (var tree = 0; tree < Math.Min(trees, from.Roots.Length); tree++)
        {
            copy.Take(from.Roots[tree]);
            Add(copy.Nodes, copy.Leaves, copy.Sets);
        }
    }

    /// <summary>The ensemble.</summary>
    public TreeEnsemble Build(double baseValue, OutputLink link) =>
        new(new TreeArrays([.. _nodes], [.. _leaves], [.. _roots], categories, [.. _sets], baseValue, link));

    /// <summary>An ensemble of the first trees of another.</summary>
    public static TreeEnsemble FirstTrees(TreeArrays from, int trees)
    {
        var builder = new TreeEnsembleBuilder(from.Categories);
        builder.AddFirst(from, trees);
        return builder.Build(from.Base, from.Link);
    }

    private static int Shifted(int child, int firstNode, int firstLeaf) => child >= 0 ? child + firstNode : ~(~child + firstLeaf);
}
