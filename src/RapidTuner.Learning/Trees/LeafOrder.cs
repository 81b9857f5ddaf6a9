namespace RapidTuner.Learning.Trees;

/// <summary>Each tree's leaves numbered from left to right, and for each node the leaves on its left.</summary>
internal sealed class LeafOrder
{
    /// <summary>Most leaves of a tree: a bit each.</summary>
    public const int LeavesMax = 32;

    private readonly int[] _treeOfNode;
    private readonly uint[] _leftOfNode;
    private readonly int[][] _leavesOfTree;
    private bool _tooDeep;

    private LeafOrder(int nodes, int trees)
    {
        _treeOfNode = new int[nodes];
        _leftOfNode = new uint[nodes];
        _leavesOfTree = new int[trees][];
    }

    /// <summary>The order; null when a tree has more than <see cref="LeavesMax"/> leaves.</summary>
    public static LeafOrder? Of(TreeArrays arrays)
    {
        var order = new LeafOrder(arrays.Nodes.Length, arrays.Roots.Length);
        var leaves = new List<int>();
        for (var tree = 0; tree < arrays.Roots.Length; tree++)
        {
            leaves.Clear();
            order.Visit(arrays, arrays.Roots[tree], tree, leaves, LeavesMax);
            if (leaves.Count > LeavesMax || order._tooDeep)
            {
                return null;
            }

            order._leavesOfTree[tree] = [.. leaves];
        }

        return order;
    }

    /// <summary>The tree that node <paramref name="node"/> belongs to.</summary>
    public int TreeOf(int node) => _treeOfNode[node];

    /// <summary>Bits of the leaves on the left of node <paramref name="node"/>.</summary>
    public uint LeftOf(int node) => _leftOfNode[node];

    /// <summary>Copies a tree's leaf values in order.</summary>
    public void CopyLeaves(int tree, double[] values, Span<double> into)
    {
        var leaves = _leavesOfTree[tree];
        for (var i = 0; i < leaves.Length; i++)
        {
            into[i] = values[leaves[i]];
        }
    }

    private void Visit(TreeArrays arrays, int at, int tree, List<int> leaves, int depthLeft)
    {
        // A path of n decisions has n + 1 leaves beside it, so the depth bounds the recursion too.
        _tooDeep |= depthLeft < 0;
        if (_tooDeep || leaves.Count > LeavesMax)
        {
            return;
        }

        if (at < 0)
        {
            leaves.Add(~at);
            return;
        }

        _treeOfNode[at] = tree;
        var before = leaves.Count;
        Visit(arrays, arrays.Nodes[at].Left, tree, leaves, depthLeft - 1);
        var between = leaves.Count;
        _leftOfNode[at] = between > LeavesMax ? 0 : (uint)(((1UL << between) - 1) & ~((1UL << before) - 1));
        Visit(arrays, arrays.Nodes[at].Right, tree, leaves, depthLeft - 1);
    }
}
