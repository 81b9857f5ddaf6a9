namespace RapidTuner.Learning.Trees.Training;

/// <summary>
/// The rows of a tree, grouped by leaf. A split moves its left rows to the front and keeps the order on both sides, so a
/// leaf's rows always rise and memory is read forwards.
/// </summary>
internal sealed unsafe class RowOrder
{
    /// <summary>Rows below which a part is not worth handing out.</summary>
    private const int RowsPerPartMin = 8192;

    private readonly BinnedTable _table;
    private readonly WorkTeam _team;
    private readonly int[] _rows;
    private readonly int[] _right;
    private readonly int[] _leftCounts;

    public RowOrder(BinnedTable table, int rowsMax, WorkTeam team)
    {
        (_table, _team) = (table, team);
        _rows = GC.AllocateUninitializedArray<int>(rowsMax, pinned: true);
        _right = GC.AllocateUninitializedArray<int>(rowsMax, pinned: true);
        _leftCounts = new int[4 * team.Size];
    }

    /// <summary>Starts a tree over <paramref name="rows"/>.</summary>
    public void Reset(int[] rows) => rows.CopyTo(_rows, 0);

    /// <summary>Rows of a leaf, rising.</summary>
    public ReadOnlySpan<int> Of(Leaf leaf) => _rows.AsSpan(leaf.Start, leaf.Count);

    /// <summary>Parts a leaf's rows by its best split; returns how many go left.</summary>
    public int Part(Leaf leaf)
    {
        var goesLeft = stackalloc byte[256];
        Fill(goesLeft, leaf.Best);
        var parts = _team.PartsFor(leaf.Count, RowsPerPartMin);
        if (parts == 1)
        {
            var left = PartOne(goesLeft, leaf, 0, leaf.Count);
            Array.Copy(_right, leaf.Start, _rows, leaf.Start + left, leaf.Count - left);
            return left;
        }

        var table = (nint)goesLeft;
        _team.Run(parts, (_, part) =>
        {
            var (from, to) = WorkTeam.Slice(leaf.Count, part, parts);
            _leftCounts[part] = PartOne((byte*)table, leaf, from, to);
        });
        return Join(leaf, parts);
    }

    private void Fill(byte* goesLeft, in LeafSplit split)
    {
        var values = _table.Bins[split.Feature].Values;
        for (var bin = 0; bin < values; bin++)
        {
            goesLeft[bin] = (split.Categorical ? split.Left.Contains(bin) : bin <= split.Bin) ? (byte)1 : (byte)0;
        }

        goesLeft[values] = split.MissingLeft ? (byte)1 : (byte)0;
    }

    /// <summary>Parts a slice: its left rows to the slice's own front, its right rows aside.</summary>
    private int PartOne(byte* goesLeft, Leaf leaf, int from, int to)
    {
        var feature = leaf.Best.Feature;
        fixed (uint* words = _table.Words[feature / BinnedTable.GroupFeatures])
        fixed (int* order = _rows)
        fixed (int* aside = _right)
        {
            var bins = (byte*)words + (feature % BinnedTable.GroupFeatures);
            var source = order + leaf.Start + from;
            var end = order + leaf.Start + to;
            var left = source;
            var right = aside + leaf.Start + from;
            for (; source < end; source++)
            {
                // Written to both sides, kept on one: no branch to mispredict.
                var row = *source;
                int goes = goesLeft[bins[4L * row]];
                *left = row;
                *right = row;
                left += goes;
                right += 1 - goes;
            }

            return (int)(left - (order + leaf.Start + from));
        }
    }

    /// <summary>Brings the slices' left rows together, then the right ones behind them, in the slices' order.</summary>
    private int Join(Leaf leaf, int parts)
    {
        var left = _leftCounts[0];
        for (var part = 1; part < parts; part++)
        {
            var (from, _) = WorkTeam.Slice(leaf.Count, part, parts);
            Array.Copy(_rows, leaf.Start + from, _rows, leaf.Start + left, _leftCounts[part]);
            left += _leftCounts[part];
        }

        var at = leaf.Start + left;
        for (var part = 0; part < parts; part++)
        {
            var (from, to) = WorkTeam.Slice(leaf.Count, part, parts);
            var right = to - from - _leftCounts[part];
            Array.Copy(_right, leaf.Start + from, _rows, at, right);
            at += right;
        }

        return left;
    }
}
