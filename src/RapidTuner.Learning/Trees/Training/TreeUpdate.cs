namespace RapidTuner.Learning.Trees.Training;

/// <summary>Takes a grown tree's values off the residuals: by leaf where rows were parted, by following the tree elsewhere.</summary>
internal sealed class TreeUpdate(BinnedTable table, WorkTeam team)
{
    /// <summary>Rows below which a part is not worth handing out.</summary>
    private const int RowsPerPartMin = 2048;

    /// <summary>Subtracts from the rows that the tree was grown on.</summary>
    public void ByLeaf(TreeGrower grower, double[] values, double[] residuals) =>
        team.Run(values.Length, (_, leaf) =>
        {
            foreach (var row in grower.Order.Of(grower.Leaves[leaf]))
            {
                residuals[row] -= values[leaf];
            }
        });

    /// <summary>Subtracts from rows that the tree has not seen.</summary>
    public void ByWalk(TreeGrower grower, double[] values, double[] residuals, int[] rows)
    {
        if (rows.Length == 0)
        {
            return;
        }

        var nodes = grower.Nodes.ToArray();
        var parts = team.PartsFor(rows.Length, RowsPerPartMin);
        team.Run(parts, (_, part) =>
        {
            var (from, to) = WorkTeam.Slice(rows.Length, part, parts);
            for (var i = from; i < to; i++)
            {
                residuals[rows[i]] -= values[LeafOf(nodes, rows[i])];
            }
        });
    }

    private int LeafOf(GrownNode[] nodes, int row)
    {
        var at = nodes.Length == 0 ? ~0 : 0;
        while (at >= 0)
        {
            ref readonly var node = ref nodes[at];
            ref readonly var split = ref node.Split;
            var bin = table.BinOf(split.Feature, row);
            var left = bin == table.Bins[split.Feature].Values ? split.MissingLeft
                : split.Categorical ? split.Left.Contains(bin) : bin <= split.Bin;
            at = left ? node.Left : node.Right;
        }

        return ~at;
    }
}
