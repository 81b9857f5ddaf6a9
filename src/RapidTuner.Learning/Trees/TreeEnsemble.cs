using System.Runtime.CompilerServices;

namespace RapidTuner.Learning.Trees;

/// <summary>
/// Boosted regression trees as flat arrays. Immutable and safe to share between threads; a prediction allocates nothing.
/// Both trainers produce it, so that what serves does not know who trained it.
/// </summary>
public sealed class TreeEnsemble
{
    private readonly TreeNode[] _nodes;
    private readonly double[] _leaves;
    private readonly int[] _roots;
    private readonly int[] _categories;
    private readonly CategorySet[] _sets;
    private readonly MaskTable? _masks;

    internal TreeEnsemble(TreeArrays arrays)
    {
        (_nodes, _leaves, _roots, _categories, _sets) = (arrays.Nodes, arrays.Leaves, arrays.Roots, arrays.Categories, arrays.Sets);
        (Base, Link) = (arrays.Base, arrays.Link);
        _masks = MaskTable.TryCompile(arrays);
    }

    /// <summary>Features that a row must have, in the order of training.</summary>
    public int Features => _categories.Length;

    /// <summary>Number of trees.</summary>
    public int Trees => _roots.Length;

    /// <summary>Leaves of all trees together.</summary>
    public int Leaves => _leaves.Length;

    /// <summary>Prediction before any tree, before the link.</summary>
    public double Base { get; }

    /// <summary>What turns the sum into a prediction.</summary>
    public OutputLink Link { get; }

    /// <summary>The arrays, for export, truncation and the codec.</summary>
    internal TreeArrays Arrays => new(_nodes, _leaves, _roots, _categories, _sets, Base, Link);

    /// <summary>Categories of feature <paramref name="feature"/>; 0 when it is numeric.</summary>
    public int CategoriesOf(int feature) => _categories[feature];

    /// <summary>The prediction for one row, in units of the target.</summary>
    /// <param name="row">One value per feature; NaN is missing; a category is its code from 0.</param>
    [SkipLocalsInit]
    public double Predict(ReadOnlySpan<double> row)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Features);
        return Linked(_masks is null ? Walk(row) : _masks.Sum(row));
    }

    /// <summary>
    /// Predictions for several rows. Features that have one value in all rows (as in a sweep over a palette, where only the
    /// units change) are looked up once, which makes a sweep several times faster than its rows.
    /// </summary>
    /// <param name="rows">The rows one after the other.</param>
    /// <param name="into">One prediction per row.</param>
    public void Predict(ReadOnlySpan<double> rows, Span<double> into)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, Features * into.Length);
        if (_masks is null)
        {
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = Walk(rows.Slice(i * Features, Features));
            }
        }
        else
        {
            _masks.Sum(rows, into);
        }

        for (var i = 0; i < into.Length; i++)
        {
            into[i] = Linked(into[i]);
        }
    }

    /// <summary>The same ensemble with its first <paramref name="trees"/> trees only.</summary>
    internal TreeEnsemble Truncate(int trees) =>
        TreeEnsembleBuilder.FirstTrees(Arrays, trees);

    /// <summary>The sum of base and trees by following each tree from its root: the definition that the mask table must meet.</summary>
    internal double Walk(ReadOnlySpan<double> row)
    {
        // Four partial sums, in the order in which the mask table adds: bit-equal whichever way a row is evaluated.
        double a = 0, b = 0, c = 0, d = 0;
        var roots = _roots;
        var tree = 0;
        for (; tree + 4 <= roots.Length; tree += 4)
        {
            a += LeafOf(roots[tree], row);
            b += LeafOf(roots[tree + 1], row);
            c += LeafOf(roots[tree + 2], row);
            d += LeafOf(roots[tree + 3], row);
        }

        a += tree < roots.Length ? LeafOf(roots[tree], row) : 0;
        b += tree + 1 < roots.Length ? LeafOf(roots[tree + 1], row) : 0;
        c += tree + 2 < roots.Length ? LeafOf(roots[tree + 2], row) : 0;
        return Base + (a + b + (c + d));
    }

    /// <summary>What one tree adds for a row.</summary>
    internal double Walk(int tree, ReadOnlySpan<double> row) => LeafOf(_roots[tree], row);

    private double Linked(double sum) => Link == OutputLink.Exp ? Math.Exp(sum) : sum;

    private double LeafOf(int at, ReadOnlySpan<double> row)
    {
        while (at >= 0)
        {
            ref readonly var node = ref _nodes[at];
            at = GoesLeft(in node, row[node.Feature]) ? node.Left : node.Right;
        }

        return _leaves[~at];
    }

    private bool GoesLeft(in TreeNode node, double value)
    {
        if (node.CategorySet == TreeNode.Numeric)
        {
            return value <= node.Threshold || (double.IsNaN(value) && node.MissingLeft);
        }

        var code = CategorySet.CodeOf(value, _categories[node.Feature]);
        return code < 0 ? node.MissingLeft : _sets[node.CategorySet].Contains(code);
    }
}
