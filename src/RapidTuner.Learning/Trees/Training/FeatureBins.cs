namespace RapidTuner.Learning.Trees.Training;

/// <summary>How one feature's values fall into bins: a bin per value where there are few, else bins of about equal count.</summary>
internal sealed class FeatureBins
{
    /// <summary>Most bins of values; with the bin for missing ones they fit a byte.</summary>
    public const int ValuesMax = 254;

    /// <summary>Rows looked at to place the bins of a long column: every n-th, so that no draw is needed.</summary>
    private const int SampledRows = 200_000;

    private readonly double[] _upper;
    private readonly int _categories;

    private FeatureBins(int categories, double[] upper)
    {
        (_categories, _upper) = (categories, upper);
        Values = categories > 0 ? categories : upper.Length + 1;
    }

    /// <summary>Bins of values; the bin of a missing value comes after them.</summary>
    public int Values { get; }

    /// <summary>True for a categorical feature, whose bins are its codes.</summary>
    public bool Categorical => _categories > 0;

    /// <summary>Bins for a column.</summary>
    /// <param name="column">Its values.</param>
    /// <param name="categories">Categories; 0: it is a number.</param>
    /// <param name="scratch">Room to sort in, used by one column at a time; made when too small.</param>
    public static FeatureBins Of(double[] column, int categories, ref double[] scratch)
    {
        if (categories > 0)
        {
            return new FeatureBins(categories, []);
        }

        var step = Math.Max(1, (column.Length + SampledRows - 1) / SampledRows);
        var rows = (column.Length + step - 1) / step;
        scratch = scratch.Length < rows ? GC.AllocateUninitializedArray<double>(rows) : scratch;
        var count = 0;
        for (var row = 0; row < column.Length; row += step)
        {
            if (!double.IsNaN(column[row]))
            {
                // -0 and 0 are one value.
                scratch[count++] = column[row] + 0.0;
            }
        }

        var sorted = scratch.AsSpan(0, count);
        sorted.Sort();
        return new FeatureBins(0, Edges(sorted));
    }

    /// <summary>The bin of a value.</summary>
    public int BinOf(double value)
    {
        if (_categories > 0)
        {
            var code = CategorySet.CodeOf(value, _categories);
            return code < 0 ? _categories : code;
        }

        if (double.IsNaN(value))
        {
            return Values;
        }

        var from = 0;
        var length = _upper.Length;
        while (length > 0)
        {
            var half = length >> 1;
            if (_upper[from + half] < value)
            {
                from += half + 1;
                length -= half + 1;
            }
            else
            {
                length = half;
            }
        }

        return from;
    }

    /// <summary>Largest value of bin <paramref name="bin"/> and those before it; +∞ for the last.</summary>
    public double UpperOf(int bin) => bin < _upper.Length ? _upper[bin] : double.PositiveInfinity;

    private static double[] Edges(ReadOnlySpan<double> sorted)
    {
        var distinct = 0;
        for (var at = 0; at < sorted.Length; at = EndOfRun(sorted, at))
        {
            distinct++;
        }

        return distinct <= ValuesMax ? Between(sorted, distinct) : Quantiles(sorted);
    }

    /// <summary>Where the values equal to that at <paramref name="from"/> end.</summary>
    private static int EndOfRun(ReadOnlySpan<double> sorted, int from)
    {
        var to = from + 1;
        while (to < sorted.Length && sorted[to] == sorted[from])
        {
            to++;
        }

        return to;
    }

    private static double[] Between(ReadOnlySpan<double> sorted, int distinct)
    {
        var edges = new double[Math.Max(0, distinct - 1)];
        var at = 0;
        for (var i = 0; i < edges.Length; i++)
        {
            var next = EndOfRun(sorted, at);
            edges[i] = Middle(sorted[at], sorted[next]);
            at = next;
        }

        return edges;
    }

    private static double[] Quantiles(ReadOnlySpan<double> sorted)
    {
        // Greedy: each bin takes its fair part of what is left, so that one heavy value does not starve the rest.
        var edges = new List<double>(ValuesMax - 1);
        var (inBin, left) = (0, sorted.Length);
        var (at, next) = (0, EndOfRun(sorted, 0));
        while (next < sorted.Length && edges.Count < ValuesMax - 1)
        {
            var after = EndOfRun(sorted, next);
            inBin += next - at;
            var fair = (double)left / (ValuesMax - edges.Count);
            if (inBin + (0.5 * (after - next)) >= fair)
            {
                edges.Add(Middle(sorted[at], sorted[next]));
                left -= inBin;
                inBin = 0;
            }

            (at, next) = (next, after);
        }

        return [.. edges];
    }

    /// <summary>A finite value v with low ≤ v &lt; high; the middle where there is one.</summary>
    private static double Middle(double low, double high)
    {
        if (double.IsInfinity(low) || double.IsInfinity(high))
        {
            return double.IsNegativeInfinity(low) ? double.MinValue : low;
        }

        var middle = (0.5 * low) + (0.5 * high);
        return middle < high ? middle : low;
    }
}
