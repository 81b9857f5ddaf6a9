using System.Runtime.InteropServices;

namespace RapidTuner.Learning.Trees;

/// <summary>Takes single trees out of an ensemble, with indices that count from the tree's own first.</summary>
internal sealed class TreeCopy(TreeArrays from)
{
    private readonly List<TreeNode> _nodes = [];
    private readonly List<double> _leaves = [];
    private readonly List<CategorySet> _sets = [];

    /// <summary>Nodes of the tree taken last.</summary>
    public ReadOnlySpan<TreeNode> Nodes => CollectionsMarshal.AsSpan(_nodes);

    /// <summary>Leaves of the tree taken last.</summary>
    public ReadOnlySpan<double> Leaves => CollectionsMarshal.AsSpan(_leaves);

    /// <summary>Category sets of the tree taken last.</summary>
    public ReadOnlySpan<CategorySet> Sets => CollectionsMarshal.AsSpan(_sets);

    /// <summary>Takes the tree under <paramref name="root"/>.</summary>
    public void Take(int root)
    {
        _nodes.Clear();
        _leaves.Clear();
        _sets.Clear();
        Copy(root);
    }

    private void Copy(int root)
    {
        // By a work list: a tree as deep as it is large would exhaust the stack.
        var pending = new Queue<(int From, int Parent, bool Left)>();
        pending.Enqueue((root, -1, false));
        while (pending.TryDequeue(out var next))
        {
            var index = next.From < 0 ? CopyLeaf(next.From) : CopyNode(next.From, pending);
            if (next.Parent >= 0)
            {
                ref var parent = ref CollectionsMarshal.AsSpan(_nodes)[next.Parent];
                (next.Left ? ref parent.Left : ref parent.Right) = index;
            }
        }
    }

    private int CopyLeaf(int at)
    {
        _leaves.Add(from.Leaves[~at]);
        return ~(_leaves.Count - 1);
    }

    private int CopyNode(int at, Queue<(int From, int Parent, bool Left)> pending)
    {
        var node = from.Nodes[at];
        var index = _nodes.Count;
        pending.Enqueue((node.Left, index, true));
        pending.Enqueue((node.Right, index, false));
        if (node.CategorySet != TreeNode.Numeric)
        {
            _sets.Add(from.Sets[node.CategorySet]);
            node.CategorySet = _sets.Count - 1;
        }

        _nodes.Add(node);
        return index;
    }
}
