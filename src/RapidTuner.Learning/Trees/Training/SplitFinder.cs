namespace RapidTuner.Learning.Trees.Training;

/// <summary>Finds the split of a leaf that gains most, from its histograms. All arithmetic is in packed units.</summary>
internal sealed class SplitFinder
{
    /// <summary>Categories up to which each is tried against the rest; beyond, they are put in order of their mean gradient.</summary>
    private const int OneVersusRestMax = 4;

    private readonly BinnedTable _table;
    private readonly TrainingOptions _options;
    private readonly int[] _monotone;
    private readonly bool[] _drawn;

    public SplitFinder(BinnedTable table, TrainingOptions options)
    {
        (_table, _options) = (table, options);
        _monotone = [.. table.Features.Select(f => options.Monotone.Count > 0 ? options.Monotone[f] : 0)];
        _drawn = new bool[table.Features.Length];
        Array.Fill(_drawn, true);
    }

    /// <summary>Which features may be used in the present tree.</summary>
    public Span<bool> Drawn => _drawn;

    /// <summary>Monotone direction of a kept feature.</summary>
    public int MonotoneOf(int feature) => _monotone[feature];

    /// <summary>The best split of <paramref name="leaf"/> by features <paramref name="from"/> to <paramref name="to"/> (exclusive).</summary>
    public LeafSplit Best(Leaf leaf, in PackedUnits units, int from, int to)
    {
        var best = default(LeafSplit);
        for (var feature = from; feature < to; feature++)
        {
            if (!_drawn[feature])
            {
                continue;
            }

            var bins = _table.Bins[feature];
            var cells = leaf.Histograms.AsSpan(_table.HistogramStarts[feature], bins.Values + 1);
            var context = new SplitContext(leaf, units, _monotone[feature], bins.Categorical ? units.CategoryL2 : units.L2);
            if (!bins.Categorical)
            {
                Numeric(cells, feature, in context, ref best);
            }
            else if (bins.Values <= OneVersusRestMax)
            {
                OneVersusRest(cells, feature, in context, ref best);
            }
            else
            {
                Ordered(cells, feature, in context, ref best);
            }
        }

        return best;
    }

    private static void Numeric(ReadOnlySpan<long> cells, int feature, in SplitContext context, ref LeafSplit best)
    {
        var missing = cells[^1];
        var values = cells.Length - 1;
        var left = 0L;
        for (var bin = 0; bin < values; bin++)
        {
            var cell = cells[bin];
            if (cell == 0)
            {
                continue;
            }

            left += cell;
            if (context.IsTooLight(context.Total - left))
            {
                break;
            }

            if (missing == 0)
            {
                // Nothing to learn about missing values here: they follow the heavier side.
                Try(left, feature, bin, PackedSum.Weight(left) * 2 > PackedSum.Weight(context.Total), in context, ref best);
                continue;
            }

            Try(left, feature, bin, missingLeft: false, in context, ref best);
            if (bin < values - 1)
            {
                Try(left + missing, feature, bin, missingLeft: true, in context, ref best);
            }
        }
    }

    private static void Try(long left, int feature, int bin, bool missingLeft, in SplitContext context, ref LeafSplit best)
    {
        var gain = context.Gain(left);
        if (gain > best.Gain)
        {
            best = new LeafSplit { Gain = gain, Feature = feature, Bin = bin, MissingLeft = missingLeft, LeftSum = left };
        }
    }

    private static void OneVersusRest(ReadOnlySpan<long> cells, int feature, in SplitContext context, ref LeafSplit best)
    {
        for (var code = 0; code < cells.Length - 1; code++)
        {
            var gain = cells[code] == 0 ? 0 : context.Gain(cells[code]);
            if (gain > best.Gain)
            {
                best = new LeafSplit { Gain = gain, Feature = feature, Categorical = true, LeftSum = cells[code] };
                best.Left.Add(code);
            }
        }
    }

    private void Ordered(ReadOnlySpan<long> cells, int feature, in SplitContext context, ref LeafSplit best)
    {
        Span<int> codes = stackalloc int[CategorySet.CategoriesMax];
        Span<double> keys = stackalloc double[CategorySet.CategoriesMax];
        var mean = PackedSum.Gradient(context.Total) / PackedSum.Weight(context.Total);
        var smoothing = _options.CategorySmoothingRows * context.Units.WeightPerRow;
        var count = 0;
        for (var code = 0; code < cells.Length - 1; code++)
        {
            if (cells[code] != 0)
            {
                codes[count] = code;
                keys[count++] = (PackedSum.Gradient(cells[code]) + (smoothing * mean)) / (PackedSum.Weight(cells[code]) + smoothing);
            }
        }

        keys = keys[..count];
        codes = codes[..count];
        keys.Sort(codes);
        var missing = cells[^1];
        var left = 0L;
        var (bestCount, bestMissing) = (0, false);
        for (var i = 0; i < count; i++)
        {
            left += cells[codes[i]];
            var before = best.Gain;
            Try(left, feature, 0, missingLeft: false, in context, ref best);
            if (missing != 0)
            {
                Try(left + missing, feature, 0, missingLeft: true, in context, ref best);
            }

            if (best.Gain > before)
            {
                (bestCount, bestMissing) = (i + 1, best.MissingLeft);
            }
        }

        if (bestCount > 0)
        {
            best.Categorical = true;
            best.MissingLeft = missing == 0 ? PackedSum.Weight(best.LeftSum) * 2 > PackedSum.Weight(context.Total) : bestMissing;
            Fill(ref best, cells, codes[..bestCount]);
        }
    }

    /// <summary>The left set: the chosen categories and, where missing values go left, those that this leaf has never seen.</summary>
    private static void Fill(ref LeafSplit split, ReadOnlySpan<long> cells, ReadOnlySpan<int> chosen)
    {
        split.Left = default;
        foreach (var code in chosen)
        {
            split.Left.Add(code);
        }

        for (var code = 0; split.MissingLeft && code < cells.Length - 1; code++)
        {
            if (cells[code] == 0)
            {
                split.Left.Add(code);
            }
        }
    }
}
