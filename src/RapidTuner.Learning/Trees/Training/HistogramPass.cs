namespace RapidTuner.Learning.Trees.Training;

/// <summary>Adds the packed gradients of a node's rows into its histograms: the hot loop of a fit.</summary>
internal sealed unsafe class HistogramPass
{
    /// <summary>Rows below which one thread is faster than handing out parts.</summary>
    private const int RowsPerPartMin = 4096;

    /// <summary>Rows whose gradients are gathered before the features' passes over them: they stay in the first-level cache.</summary>
    private const int BlockRows = 1024;

    private readonly BinnedTable _table;
    private readonly WorkTeam _team;
    private readonly long[][] _ofMember;
    private readonly bool[] _took;

    public HistogramPass(BinnedTable table, WorkTeam team)
    {
        (_table, _team) = (table, team);
        _ofMember = new long[team.Size][];
        _took = new bool[team.Size];
        for (var member = 1; member < team.Size; member++)
        {
            _ofMember[member] = GC.AllocateUninitializedArray<long>(table.HistogramCells, pinned: true);
        }
    }

    /// <summary>Fills <paramref name="into"/> from <paramref name="rows"/>.</summary>
    public void Build(ReadOnlySpan<int> rows, long[] packed, long[] into)
    {
        var parts = _team.PartsFor(rows.Length, RowsPerPartMin);
        Array.Clear(into);
        Array.Clear(_took);
        _ofMember[0] = into;
        fixed (int* first = rows)
        {
            if (parts == 1)
            {
                Add(first, rows.Length, packed, into);
                return;
            }

            var (at, count) = ((nint)first, rows.Length);
            _team.Run(parts, (member, part) =>
            {
                if (member > 0 && !_took[member])
                {
                    _took[member] = true;
                    Array.Clear(_ofMember[member]);
                }

                var (from, to) = WorkTeam.Slice(count, part, parts);
                Add((int*)at + from, to - from, packed, _ofMember[member]);
            });
        }

        for (var member = 1; member < _team.Size; member++)
        {
            if (_took[member])
            {
                Merge(into, _ofMember[member]);
            }
        }
    }

    /// <summary>Leaves in <paramref name="parent"/> what <paramref name="child"/> does not have: the other child.</summary>
    public static void Subtract(long[] parent, long[] child)
    {
        for (var i = 0; i < parent.Length; i++)
        {
            parent[i] -= child[i];
        }
    }

    private static void Merge(long[] into, long[] from)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] += from[i];
        }
    }

    private void Add(int* rows, int count, long[] packed, long[] histograms)
    {
        var gathered = stackalloc long[BlockRows];
        fixed (long* gradients = packed)
        fixed (long* cells = histograms)
        {
            for (var done = 0; done < count; done += BlockRows)
            {
                var block = Math.Min(BlockRows, count - done);
                for (var i = 0; i < block; i++)
                {
                    gathered[i] = gradients[rows[done + i]];
                }

                for (var group = 0; group < _table.Words.Length; group++)
                {
                    AddGroup(group, rows + done, block, gathered, cells);
                }
            }
        }
    }

    private void AddGroup(int group, int* rows, int count, long* gradients, long* cells)
    {
        var starts = _table.HistogramStarts;
        var first = group * BinnedTable.GroupFeatures;
        fixed (uint* words = _table.Words[group])
        {
            switch (Math.Min(BinnedTable.GroupFeatures, _table.Features.Length - first))
            {
                case 4:
                    Add4(words, rows, count, gradients, cells + starts[first], cells + starts[first + 1], cells + starts[first + 2], cells + starts[first + 3]);
                    break;
                case 3:
                    Add2(words, rows, count, gradients, cells + starts[first], cells + starts[first + 1], 0);
                    Add1(words, rows, count, gradients, cells + starts[first + 2], 16);
                    break;
                case 2:
                    Add2(words, rows, count, gradients, cells + starts[first], cells + starts[first + 1], 0);
                    break;
                default:
                    Add1(words, rows, count, gradients, cells + starts[first], 0);
                    break;
            }
        }
    }

    private static void Add4(uint* words, int* rows, int count, long* gradients, long* a, long* b, long* c, long* d)
    {
        for (var i = 0; i < count; i++)
        {
            var word = words[rows[i]];
            var gradient = gradients[i];
            a[word & 0xFF] += gradient;
            b[word >> 8 & 0xFF] += gradient;
            c[word >> 16 & 0xFF] += gradient;
            d[word >> 24] += gradient;
        }
    }

    private static void Add2(uint* words, int* rows, int count, long* gradients, long* a, long* b, int shift)
    {
        for (var i = 0; i < count; i++)
        {
            var word = words[rows[i]] >> shift;
            var gradient = gradients[i];
            a[word & 0xFF] += gradient;
            b[word >> 8 & 0xFF] += gradient;
        }
    }

    private static void Add1(uint* words, int* rows, int count, long* gradients, long* a, int shift)
    {
        for (var i = 0; i < count; i++)
        {
            a[words[rows[i]] >> shift & 0xFF] += gradients[i];
        }
    }
}
