using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RapidTuner.Learning.Trees;

/// <summary>
/// An ensemble compiled so that a prediction follows no branches. Each tree's leaves are numbered from left to right, one bit
/// each. A decision that sends a row right rules out the leaves on its left; the leaf reached is the lowest that nothing ruled
/// out (Lucchese et al. 2015, QuickScorer). All decisions on one feature depend on which of its intervals the value falls into,
/// so their masks are combined beforehand: one row of masks per interval, one mask per tree. A prediction is one search and one
/// row of ANDs per feature, then one leaf per tree.
/// </summary>
internal sealed class MaskTable
{
    /// <summary>Trees of a 256-bit vector of masks.</summary>
    private const int VectorTrees = 8;

    /// <summary>Trees whose masks are combined at once: four vectors, so that four loads are under way.</summary>
    private const int BlockTrees = 4 * VectorTrees;

    /// <summary>Largest table, bytes. Beyond it walking the trees, which touches less memory, is faster; chosen near a core's cache.</summary>
    private const long BytesMax = 16L << 20;

    /// <summary>Most features: positions live on the stack.</summary>
    private const int FeaturesMax = 512;

    /// <summary>Rows of a batch that are summed together.</summary>
    private const int ChunkRows = 32;

    /// <summary>Positions of varying features that a chunk keeps on the stack.</summary>
    private const int MaxVarying = 1024;

    private readonly FeatureIntervals[] _features;
    private readonly uint[] _masks;
    private readonly double[] _leaves;
    private readonly int _stride;
    private readonly double _base;
    private readonly int _featureCount;

    private MaskTable(FeatureIntervals[] features, uint[] masks, double[] leaves, TreeArrays arrays, int stride)
    {
        (_features, _masks, _leaves, _stride) = (features, masks, leaves, stride);
        (_base, _featureCount) = (arrays.Base, arrays.Categories.Length);
    }

    /// <summary>The table, or null when the ensemble does not suit one.</summary>
    public static MaskTable? TryCompile(TreeArrays arrays)
    {
        if (arrays.Roots.Length == 0 || arrays.Categories.Length > FeaturesMax)
        {
            return null;
        }

        var stride = (arrays.Roots.Length + VectorTrees - 1) / VectorTrees * VectorTrees;
        var order = LeafOrder.Of(arrays);
        var features = order is null ? null : FeatureIntervals.Of(arrays, stride, BytesMax / sizeof(uint) / stride);
        if (order is null || features is null)
        {
            return null;
        }

        var rows = features.Length == 0 ? 0 : features[^1].FirstRow + features[^1].Rows;
        var masks = GC.AllocateUninitializedArray<uint>(Math.Max(rows, 1) * stride, pinned: true);
        Array.Fill(masks, uint.MaxValue);
        foreach (var feature in features)
        {
            feature.Fill(masks, arrays, order, stride);
        }

        var leaves = new double[stride * LeafOrder.LeavesMax];
        for (var tree = 0; tree < arrays.Roots.Length; tree++)
        {
            order.CopyLeaves(tree, arrays.Leaves, leaves.AsSpan(tree * LeafOrder.LeavesMax, LeafOrder.LeavesMax));
        }

        return new MaskTable(features, masks, leaves, arrays, stride);
    }

    /// <summary>Base and trees for one row; equal to the last bit to walking the trees.</summary>
    [SkipLocalsInit]
    public unsafe double Sum(ReadOnlySpan<double> row)
    {
        var at = stackalloc int[FeaturesMax];
        for (var f = 0; f < _features.Length; f++)
        {
            at[f] = _features[f].RowOf(row[_features[f].Feature]) * _stride;
        }

        Vector256<double> sum = default;
        fixed (uint* masks = _masks)
        fixed (double* leaves = _leaves)
        {
            var tree = 0;
            for (; tree + BlockTrees <= _stride; tree += BlockTrees)
            {
                var block = BlockMasks.All;
                for (var f = 0; f < _features.Length; f++)
                {
                    block.And(masks + at[f] + tree);
                }

                sum = block.AddTo(sum, leaves + (tree * LeafOrder.LeavesMax));
            }

            for (; tree < _stride; tree += VectorTrees)
            {
                var vector = And(Vector256<uint>.AllBitsSet, masks + tree, at, _features.Length);
                sum = AddLeaves(sum, vector, leaves + (tree * LeafOrder.LeavesMax));
            }
        }

        return Total(sum);
    }

    /// <summary>Base and trees for several rows; features that do not vary are looked up once.</summary>
    [SkipLocalsInit]
    public unsafe void Sum(ReadOnlySpan<double> rows, Span<double> into)
    {
        var varying = stackalloc int[FeaturesMax];
        var constant = stackalloc int[FeaturesMax];
        for (var done = 0; done < into.Length; done += ChunkRows)
        {
            var count = Math.Min(ChunkRows, into.Length - done);
            var chunk = rows.Slice(done * _featureCount, count * _featureCount);
            SumChunk(chunk, into.Slice(done, count), varying, constant);
        }
    }

    [SkipLocalsInit]
    private unsafe void SumChunk(ReadOnlySpan<double> rows, Span<double> into, int* varying, int* constant)
    {
        var (varyingCount, constantCount) = Sort(rows, into.Length, varying, constant);
        Span<Vector256<double>> sums = stackalloc Vector256<double>[ChunkRows];
        sums.Clear();
        if (varyingCount * into.Length > MaxVarying)
        {
            SumRows(rows, into);
            return;
        }

        var at = stackalloc int[MaxVarying];
        for (var i = 0; i < into.Length; i++)
        {
            for (var v = 0; v < varyingCount; v++)
            {
                ref readonly var feature = ref _features[varying[v]];
                at[(i * varyingCount) + v] = feature.RowOf(rows[(i * _featureCount) + feature.Feature]) * _stride;
            }
        }

        fixed (uint* masks = _masks)
        fixed (double* leaves = _leaves)
        {
            var tree = 0;
            for (; tree + BlockTrees <= _stride; tree += BlockTrees)
            {
                var shared = BlockMasks.All;
                for (var c = 0; c < constantCount; c++)
                {
                    shared.And(masks + constant[c] + tree);
                }

                for (var i = 0; i < into.Length; i++)
                {
                    var own = shared;
                    for (var v = 0; v < varyingCount; v++)
                    {
                        own.And(masks + at[(i * varyingCount) + v] + tree);
                    }

                    sums[i] = own.AddTo(sums[i], leaves + (tree * LeafOrder.LeavesMax));
                }
            }

            for (; tree < _stride; tree += VectorTrees)
            {
                var shared = And(Vector256<uint>.AllBitsSet, masks + tree, constant, constantCount);
                for (var i = 0; i < into.Length; i++)
                {
                    var own = And(shared, masks + tree, at + (i * varyingCount), varyingCount);
                    sums[i] = AddLeaves(sums[i], own, leaves + (tree * LeafOrder.LeavesMax));
                }
            }
        }

        for (var i = 0; i < into.Length; i++)
        {
            into[i] = Total(sums[i]);
        }
    }

    private void SumRows(ReadOnlySpan<double> rows, Span<double> into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = Sum(rows.Slice(i * _featureCount, _featureCount));
        }
    }

    /// <summary>Tells features that differ between rows (by index) from those that do not (by their row of masks).</summary>
    private unsafe (int Varying, int Constant) Sort(ReadOnlySpan<double> rows, int count, int* varying, int* constant)
    {
        var (varyingCount, constantCount) = (0, 0);
        for (var f = 0; f < _features.Length; f++)
        {
            var first = BitConverter.DoubleToInt64Bits(rows[_features[f].Feature]);
            var same = true;
            for (var i = 1; i < count && same; i++)
            {
                same = BitConverter.DoubleToInt64Bits(rows[(i * _featureCount) + _features[f].Feature]) == first;
            }

            if (same)
            {
                constant[constantCount++] = _features[f].RowOf(rows[_features[f].Feature]) * _stride;
            }
            else
            {
                varying[varyingCount++] = f;
            }
        }

        return (varyingCount, constantCount);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<uint> And(Vector256<uint> masks, uint* table, int* at, int count)
    {
        for (var f = 0; f < count; f++)
        {
            masks &= Vector256.Load(table + at[f]);
        }

        return masks;
    }

    /// <summary>Adds the leaves that eight trees reach, in the order in which walking adds them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<double> AddLeaves(Vector256<double> sum, Vector256<uint> masks, double* leaf)
    {
        // Behind the last tree masks are all ones and leaves zeros; adding 0 changes nothing.
        sum += Vector256.Create(
            leaf[BitOperations.TrailingZeroCount(masks[0])],
            leaf[LeafOrder.LeavesMax + BitOperations.TrailingZeroCount(masks[1])],
            leaf[(2 * LeafOrder.LeavesMax) + BitOperations.TrailingZeroCount(masks[2])],
            leaf[(3 * LeafOrder.LeavesMax) + BitOperations.TrailingZeroCount(masks[3])]);
        return sum + Vector256.Create(
            leaf[(4 * LeafOrder.LeavesMax) + BitOperations.TrailingZeroCount(masks[4])],
            leaf[(5 * LeafOrder.LeavesMax) + BitOperations.TrailingZeroCount(masks[5])],
            leaf[(6 * LeafOrder.LeavesMax) + BitOperations.TrailingZeroCount(masks[6])],
            leaf[(7 * LeafOrder.LeavesMax) + BitOperations.TrailingZeroCount(masks[7])]);
    }

    private double Total(Vector256<double> sum) => _base + (sum[0] + sum[1] + (sum[2] + sum[3]));

    /// <summary>The masks of 32 trees.</summary>
    private struct BlockMasks
    {
        public Vector256<uint> A;
        public Vector256<uint> B;
        public Vector256<uint> C;
        public Vector256<uint> D;

        public static BlockMasks All => new() { A = Vector256<uint>.AllBitsSet, B = Vector256<uint>.AllBitsSet, C = Vector256<uint>.AllBitsSet, D = Vector256<uint>.AllBitsSet };

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public unsafe void And(uint* masks)
        {
            A &= Vector256.Load(masks);
            B &= Vector256.Load(masks + 8);
            C &= Vector256.Load(masks + 16);
            D &= Vector256.Load(masks + 24);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly unsafe Vector256<double> AddTo(Vector256<double> sum, double* leaf)
        {
            sum = AddLeaves(sum, A, leaf);
            sum = AddLeaves(sum, B, leaf + (8 * LeafOrder.LeavesMax));
            sum = AddLeaves(sum, C, leaf + (16 * LeafOrder.LeavesMax));
            return AddLeaves(sum, D, leaf + (24 * LeafOrder.LeavesMax));
        }
    }
}
