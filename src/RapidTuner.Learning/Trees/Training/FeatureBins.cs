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
    public static FeatureBins Of(double[] column, int categories)
    {
        if (categories > 0)
        {
            return new FeatureBins(categories, []);
        }

        var step = Math.Max(1, (column.Length + SampledRows - 1) / SampledRows);
        var sample = new double[(column.Length + step - 1) / step];
        var count = 0;
        for (var row = 0; row < column.Length; row += step)
        {
            if (!double.IsNaN(column[row]))
            {
                // -0 and 0 are one value.
                sample[count++] = column[row] + 0.0;
            }
        }

        var sorted = sample.AsSpan(0, count);
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
        var distinct = new List<double>();
        var counts = new List<int>();
        foreach (var value in sorted)
        {
            if (distinct.Count == 0 || value != distinct[^1])
            {
                distinct.Add(value);
                counts.Add(0);
            }

            counts[^1]++;
        }

        return distinct.Count <= ValuesMax ? Between(distinct) : Quantiles(distinct, counts, sorted.Length);
    }

    private static double[] Between(List<double> distinct)
    {
        var edges = new double[Math.Max(0, distinct.Count - 1)];
        for (var i = 0; i < edges.Length; i++)
        {
            edges[i] = Middle(distinct[i], distinct[i + 1]);
        }

        return edges;
    }

    private static double[] Quantiles(List<double> distinct, List<int> counts, int total)
    {
        // Greedy: each bin takes its fair part of what is left, so that one heavy value does not starve the rest.
        var edges = new List<double>(ValuesMax - 1);
        var (inBin, left) = (0, total);
        for (var i = 0; i + 1 < distinct.Count && edges.Count < ValuesMax - 1; i++)
        {
            inBin += counts[i];
            var fair = (double)left / (ValuesMax - edges.Count);
            if (inBin + (0.5 * counts[i + 1]) >= fair)
            {
                edges.Add(Middle(distinct[i], distinct[i + 1]));
                left -= inBin;
                inBin = 0;
            }
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
