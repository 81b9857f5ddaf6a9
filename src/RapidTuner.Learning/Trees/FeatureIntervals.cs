using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RapidTuner.Learning.Trees;

/// <summary>
/// The intervals (or categories) into which the decisions on one feature cut its values, each with a row of masks. The last
/// row is that of a missing value.
/// </summary>
internal sealed class FeatureIntervals
{
    /// <summary>Thresholds of a block of the two-stride search.</summary>
    private const int BlockThresholds = 16;

    private readonly double[] _thresholds;
    private readonly double[] _search;
    private readonly int _coarse;
    private readonly int _categories;
    private readonly int[] _nodes;

    private FeatureIntervals(int feature, int categories, int[] nodes, double[] thresholds, int firstRow)
    {
        (Feature, _categories, _nodes, _thresholds, FirstRow) = (feature, categories, nodes, thresholds, firstRow);
        _search = SearchOf(thresholds, out _coarse);
        Rows = (categories > 0 ? categories : thresholds.Length + 1) + 1;
    }

    /// <summary>Index of the feature in a row.</summary>
    public int Feature { get; }

    /// <summary>Its first row of masks.</summary>
    public int FirstRow { get; }

    /// <summary>Its rows of masks.</summary>
    public int Rows { get; }

    /// <summary>The features that any decision asks for; null when their rows would exceed <paramref name="rowsMax"/>.</summary>
    public static FeatureIntervals[]? Of(TreeArrays arrays, int stride, long rowsMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        var byFeature = Enumerable.Range(0, arrays.Nodes.Length).ToLookup(node => arrays.Nodes[node].Feature);
        var all = new List<FeatureIntervals>();
        var rows = 0;
        for (var feature = 0; feature < arrays.Categories.Length; feature++)
        {
            if (!byFeature.Contains(feature))
            {
                continue;
            }

            int[] nodes = [.. byFeature[feature]];
            var categories = arrays.Categories[feature];
            double[] thresholds = categories > 0 ? [] : [.. nodes.Select(node => arrays.Nodes[node].Threshold).Distinct().Order()];
            var intervals = new FeatureIntervals(feature, categories, nodes, thresholds, rows);
            all.Add(intervals);
            rows += intervals.Rows;
            if (rows > rowsMax)
            {
                return null;
            }
        }

        return [.. all];
    }

    /// <summary>The row of masks for a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOf(double value)
    {
        if (_categories > 0)
        {
            var code = CategorySet.CodeOf(value, _categories);
            return FirstRow + (code < 0 ? _categories : code);
        }

        if (double.IsNaN(value))
        {
            return FirstRow + _thresholds.Length + 1;
        }

        // How many thresholds lie below the value, in two strides and without branches: first among every sixteenth.
        var wanted = Vector256.Create(value);
        ref var first = ref MemoryMarshal.GetArrayDataReference(_search);
        var block = 0;
        for (var i = 0; i < _coarse; i += 4)
        {
            block += Below(ref first, i, wanted);
        }

        var start = _coarse + (block * BlockThresholds);
        var below = Below(ref first, start, wanted) + Below(ref first, start + 4, wanted)
            + Below(ref first, start + 8, wanted) + Below(ref first, start + 12, wanted);
        return FirstRow + (block * BlockThresholds) + below;
    }

    /// <summary>Rules out, in each of this feature's rows, the leaves that its decisions rule out.</summary>
    public void Fill(uint[] masks, TreeArrays arrays, LeafOrder order, int stride)
    {
        foreach (var index in _nodes)
        {
            var tree = order.TreeOf(index);
            ref readonly var node = ref arrays.Nodes[index];
            var keep = ~order.LeftOf(index);
            for (var row = 0; row < Rows; row++)
            {
                if (!GoesLeft(in node, arrays.Sets, row))
                {
                    masks[((FirstRow + row) * stride) + tree] &= keep;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(ref double first, int at, Vector256<double> wanted) =>
        BitOperations.PopCount(Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)at), wanted).ExtractMostSignificantBits());

    /// <summary>The last threshold of each block of sixteen, then the blocks; both padded with +∞, which lies below nothing.</summary>
    private static double[] SearchOf(double[] thresholds, out int coarse)
    {
        var blocks = (thresholds.Length / BlockThresholds) + 1;
        coarse = (blocks + 3) / 4 * 4;
        var search = new double[coarse + (blocks * BlockThresholds)];
        Array.Fill(search, double.PositiveInfinity);
        thresholds.CopyTo(search, coarse);
        for (var block = 0; block < thresholds.Length / BlockThresholds; block++)
        {
            search[block] = thresholds[(block * BlockThresholds) + BlockThresholds - 1];
        }

        return search;
    }

    private bool GoesLeft(in TreeNode node, CategorySet[] sets, int row)
    {
        if (row == Rows - 1)
        {
            return node.MissingLeft;
        }

        return _categories > 0
            ? sets[node.CategorySet].Contains(row)
            : row == 0 || _thresholds[row - 1] < node.Threshold;
    }
}
