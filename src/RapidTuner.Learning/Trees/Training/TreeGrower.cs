using System.Runtime.InteropServices;

namespace RapidTuner.Learning.Trees.Training;

/// <summary>
/// Grows one tree leaf by leaf: always the leaf whose best split gains most, so that a given number of leaves goes where it
/// helps. Of a split's two children only the smaller one's histograms are built; the other's are the difference.
/// </summary>
internal sealed class TreeGrower
{
    /// <summary>Histogram cells below which a part of the search is not worth handing out.</summary>
    private const int CellsPerPartMin = 2048;

    private readonly BinnedTable _table;
    private readonly TrainingOptions _options;
    private readonly WorkTeam _team;
    private readonly HistogramPass _pass;
    private readonly SplitFinder _finder;
    private readonly LeafSplit[] _found;
    private readonly List<Leaf> _leaves = [];
    private readonly List<GrownNode> _nodes = [];
    private readonly Stack<long[]> _free = [];

    public TreeGrower(BinnedTable table, TrainingOptions options, RowOrder order, WorkTeam team)
    {
        (_table, _options, Order, _team) = (table, options, order, team);
        _pass = new HistogramPass(table, team);
        _finder = new SplitFinder(table, options);
        _found = new LeafSplit[8 * team.Size];
    }

    /// <summary>The rows, grouped by leaf.</summary>
    public RowOrder Order { get; }

    /// <summary>Leaves of the tree grown last.</summary>
    public IReadOnlyList<Leaf> Leaves => _leaves;

    /// <summary>Decisions of the tree grown last; a child comes after its parent.</summary>
    public ReadOnlySpan<GrownNode> Nodes => CollectionsMarshal.AsSpan(_nodes);

    /// <summary>Which features the next tree may use.</summary>
    public Span<bool> Drawn => _finder.Drawn;

    /// <summary>Monotone direction of a kept feature.</summary>
    public int MonotoneOf(int feature) => _finder.MonotoneOf(feature);

    /// <summary>Grows a tree over <paramref name="rows"/>.</summary>
    /// <returns>The units of its packed sums.</returns>
    public PackedUnits Grow(int[] rows, Gradients gradients)
    {
        Release();
        Order.Reset(rows);
        var root = new Leaf { Count = rows.Length, Histograms = Take() };
        _pass.Build(Order.Of(root), gradients.Packed, root.Histograms!);
        root.Sum = TotalOf(root, gradients.Packed);
        var units = PackedUnits.Of(_options, gradients, root.Sum, rows.Length);
        _leaves.Add(root);
        Search(root, null, in units);
        while (_leaves.Count < _options.Leaves && BestLeaf() is { } leaf)
        {
            Split(leaf, gradients, in units);
        }

        return units;
    }

    private static long Sum(ReadOnlySpan<long> cells)
    {
        var sum = 0L;
        foreach (var cell in cells)
        {
            sum += cell;
        }

        return sum;
    }

    /// <summary>Any feature's cells add up to the leaf; without features the rows do.</summary>
    private long TotalOf(Leaf leaf, long[] packed)
    {
        if (_table.Features.Length > 0)
        {
            return Sum(leaf.Histograms.AsSpan(0, _table.HistogramStarts[1]));
        }

        var sum = 0L;
        foreach (var row in Order.Of(leaf))
        {
            sum += packed[row];
        }

        return sum;
    }

    private Leaf? BestLeaf()
    {
        Leaf? best = null;
        foreach (var leaf in _leaves)
        {
            if (leaf.Best.Gain > (best?.Best.Gain ?? 0))
            {
                best = leaf;
            }
        }

        return best;
    }

    private void Split(Leaf leaf, Gradients gradients, in PackedUnits units)
    {
        var split = leaf.Best;
        var left = Order.Part(leaf);
        var node = new GrownNode { Split = split, Start = leaf.Start, LeftCount = left, RightCount = leaf.Count - left };
        var index = _nodes.Count;
        Attach(leaf, index);

        // The leaf becomes its own left child; the right one is new.
        var leafIndex = _leaves.IndexOf(leaf);
        var right = new Leaf
        {
            Start = leaf.Start + left, Count = leaf.Count - left, Sum = leaf.Sum - split.LeftSum,
            Parent = index, ValueMin = leaf.ValueMin, ValueMax = leaf.ValueMax,
        };
        (leaf.Count, leaf.Sum, leaf.Parent, leaf.IsLeft, leaf.Best) = (left, split.LeftSum, index, true, default);
        (node.Left, node.Right) = (~leafIndex, ~_leaves.Count);
        _nodes.Add(node);
        _leaves.Add(right);
        Bound(leaf, right, MonotoneOf(split.Feature), in units);
        ShareHistograms(leaf, right, gradients, in units);
    }

    private void Attach(Leaf leaf, int index)
    {
        if (leaf.Parent >= 0)
        {
            ref var parent = ref CollectionsMarshal.AsSpan(_nodes)[leaf.Parent];
            (leaf.IsLeft ? ref parent.Left : ref parent.Right) = index;
        }
    }

    /// <summary>Nothing below a monotone decision may cross the middle of its two sides.</summary>
    private void Bound(Leaf left, Leaf right, int monotone, in PackedUnits units)
    {
        if (monotone == 0 || _options.Loss.Kind == LossKind.Quantile)
        {
            // Quantile leaves are refitted; their bounds are set then.
            return;
        }

        var leftValue = Math.Clamp(units.ValueOf(left.Sum), left.ValueMin, left.ValueMax);
        var rightValue = Math.Clamp(units.ValueOf(right.Sum), right.ValueMin, right.ValueMax);
        var middle = 0.5 * (leftValue + rightValue);
        var (lower, upper) = monotone > 0 ? (left, right) : (right, left);
        lower.ValueMax = Math.Min(lower.ValueMax, middle);
        upper.ValueMin = Math.Max(upper.ValueMin, middle);
    }

    private void ShareHistograms(Leaf left, Leaf right, Gradients gradients, in PackedUnits units)
    {
        var (small, large) = left.Count <= right.Count ? (left, right) : (right, left);
        var parent = left.Histograms!;
        left.Histograms = null;
        if (_leaves.Count >= _options.Leaves)
        {
            _free.Push(parent);
            return;
        }

        if (!CanSplit(large, in units))
        {
            _free.Push(parent);
            return;
        }

        small.Histograms = Take();
        _pass.Build(Order.Of(small), gradients.Packed, small.Histograms);
        HistogramPass.Subtract(parent, small.Histograms);
        large.Histograms = parent;
        var searchSmall = CanSplit(small, in units);
        Search(large, searchSmall ? small : null, in units);
        Keep(large);
        Keep(small);
    }

    private static bool CanSplit(Leaf leaf, in PackedUnits units) => PackedSum.Weight(leaf.Sum) >= 2 * units.LeafWeightMin && leaf.Count > 1;

    /// <summary>Histograms of a leaf that will not be split serve another.</summary>
    private void Keep(Leaf leaf)
    {
        if (!(leaf.Best.Gain > 0))
        {
            _free.Push(leaf.Histograms!);
            leaf.Histograms = null;
        }
    }

    private void Search(Leaf one, Leaf? other, in PackedUnits units)
    {
        var features = _table.Features.Length;
        var parts = Math.Min(_team.PartsFor(_table.HistogramCells, CellsPerPartMin), Math.Max(1, features));
        if (parts == 1)
        {
            one.Best = _finder.Best(one, in units, 0, features);
            if (other is not null)
            {
                other.Best = _finder.Best(other, in units, 0, features);
            }

            return;
        }

        var scale = units;
        _team.Run(parts, (_, part) =>
        {
            var (from, to) = WorkTeam.Slice(features, part, parts);
            _found[2 * part] = _finder.Best(one, in scale, from, to);
            _found[(2 * part) + 1] = other is null ? default : _finder.Best(other, in scale, from, to);
        });
        for (var part = 0; part < parts; part++)
        {
            // In the features' order and only when better: as one thread would have found.
            one.Best = _found[2 * part].Gain > one.Best.Gain ? _found[2 * part] : one.Best;
            if (other is not null)
            {
                other.Best = _found[(2 * part) + 1].Gain > other.Best.Gain ? _found[(2 * part) + 1] : other.Best;
            }
        }
    }

    private long[] Take() => _free.TryPop(out var histograms) ? histograms : GC.AllocateUninitializedArray<long>(_table.HistogramCells, pinned: true);

    private void Release()
    {
        foreach (var leaf in _leaves)
        {
            if (leaf.Histograms is { } histograms)
            {
                _free.Push(histograms);
            }
        }

        _leaves.Clear();
        _nodes.Clear();
    }
}
