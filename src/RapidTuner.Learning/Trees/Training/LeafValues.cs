namespace RapidTuner.Learning.Trees.Training;

/// <summary>Values of a grown tree's leaves: the mean that the histograms give, or for a quantile loss the quantile of the rows' residuals.</summary>
internal sealed class LeafValues(Loss loss, int rowsMax)
{
    private readonly double[] _scratch = loss.Kind == LossKind.Quantile ? new double[rowsMax] : [];

    /// <summary>Writes one value per leaf.</summary>
    public void Fill(TreeGrower grower, Gradients gradients, in PackedUnits units, Span<double> into)
    {
        if (loss.Kind == LossKind.Quantile)
        {
            Bound(grower, gradients.Residuals);
        }

        for (var i = 0; i < into.Length; i++)
        {
            var leaf = grower.Leaves[i];
            var value = loss.Kind == LossKind.Quantile ? Quantile(grower.Order.Of(leaf), gradients.Residuals) : units.ValueOf(leaf.Sum);
            into[i] = Math.Clamp(value, leaf.ValueMin, leaf.ValueMax);
        }
    }

    /// <summary>The level's quantile of values, the smallest v with at least level·n values ≤ v; the values change their order.</summary>
    internal static double QuantileOf(Span<double> values, double level)
    {
        var rank = Math.Clamp((int)Math.Ceiling(level * values.Length) - 1, 0, values.Length - 1);
        var (low, high) = (0, values.Length - 1);
        while (low < high)
        {
            var pivot = values[low + ((high - low) / 2)];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] < pivot)
                {
                    i++;
                }

                while (values[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (rank <= j)
            {
                high = j;
            }
            else if (rank >= i)
            {
                low = i;
            }
            else
            {
                break;
            }
        }

        return values[rank];
    }

    /// <summary>
    /// Bounds every leaf by the monotone decisions above it, from the top: nothing below one may cross the middle of its sides'
    /// quantiles, so whatever the leaves' own quantiles are, the tree is monotone.
    /// </summary>
    private void Bound(TreeGrower grower, double[] residuals)
    {
        var nodes = grower.Nodes;
        var bounds = new (double Min, double Max)[nodes.Length];
        Array.Fill(bounds, (double.NegativeInfinity, double.PositiveInfinity));
        for (var i = 0; i < nodes.Length; i++)
        {
            ref readonly var node = ref nodes[i];
            var (left, right) = (bounds[i], bounds[i]);
            var monotone = grower.MonotoneOf(node.Split.Feature);
            if (monotone != 0)
            {
                var rows = grower.Order.Of(new Leaf { Start = node.Start, Count = node.LeftCount + node.RightCount });
                var low = Quantile(rows[..node.LeftCount], residuals);
                var high = Quantile(rows[node.LeftCount..], residuals);
                var middle = Math.Clamp(0.5 * (low + high), bounds[i].Min, bounds[i].Max);
                left = monotone > 0 ? (left.Min, middle) : (middle, left.Max);
                right = monotone > 0 ? (middle, right.Max) : (right.Min, middle);
            }

            Set(grower, bounds, node.Left, left);
            Set(grower, bounds, node.Right, right);
        }
    }

    private static void Set(TreeGrower grower, (double Min, double Max)[] bounds, int child, (double Min, double Max) bound)
    {
        if (child >= 0)
        {
            bounds[child] = bound;
        }
        else
        {
            (grower.Leaves[~child].ValueMin, grower.Leaves[~child].ValueMax) = bound;
        }
    }

    private double Quantile(ReadOnlySpan<int> rows, double[] residuals)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            _scratch[i] = residuals[rows[i]];
        }

        return QuantileOf(_scratch.AsSpan(0, rows.Length), loss.Level);
    }
}
