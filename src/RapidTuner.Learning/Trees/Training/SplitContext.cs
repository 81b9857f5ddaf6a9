namespace RapidTuner.Learning.Trees.Training;

/// <summary>What a split of one leaf by one feature is judged by.</summary>
internal readonly struct SplitContext
{
    private readonly double _l2;
    private readonly double _parentScore;
    private readonly double _valueMin;
    private readonly double _valueMax;
    private readonly int _monotone;
    private readonly bool _bounded;

    public SplitContext(Leaf leaf, in PackedUnits units, int monotone, double l2)
    {
        (Units, Total, _monotone, _l2) = (units, leaf.Sum, monotone, l2);
        (_valueMin, _valueMax) = (leaf.ValueMin * units.ValueScale, leaf.ValueMax * units.ValueScale);
        _bounded = monotone != 0 || !double.IsInfinity(leaf.ValueMin) || !double.IsInfinity(leaf.ValueMax);
        _parentScore = _bounded
            ? BoundedScore(leaf.Sum, units.L2, _valueMin, _valueMax)
            : Score(leaf.Sum, units.L2);
    }

    /// <summary>Packed sum of the leaf.</summary>
    public long Total { get; }

    /// <summary>Units of the tree.</summary>
    public PackedUnits Units { get; }

    /// <summary>True when a side with this sum has too few rows.</summary>
    public bool IsTooLight(long sum) => PackedSum.Weight(sum) < Units.LeafWeightMin;

    /// <summary>What a split with <paramref name="left"/> on its left side gains; 0 or less when it is not allowed.</summary>
    public double Gain(long left)
    {
        var right = Total - left;
        if (IsTooLight(left) || IsTooLight(right))
        {
            return 0;
        }

        if (!_bounded)
        {
            return Score(left, _l2) + Score(right, _l2) - _parentScore;
        }

        var order = _monotone * (Value(right) - Value(left));
        return order < 0 ? 0 : BoundedScore(left, _l2, _valueMin, _valueMax) + BoundedScore(right, _l2, _valueMin, _valueMax) - _parentScore;
    }

    private static double Score(long sum, double l2)
    {
        var gradient = PackedSum.Gradient(sum);
        return gradient * gradient / (PackedSum.Weight(sum) + l2);
    }

    /// <summary>What the best allowed value takes off the loss: 2gv - (w + l2)v², which without bounds is g²/(w + l2).</summary>
    private static double BoundedScore(long sum, double l2, double min, double max)
    {
        var gradient = PackedSum.Gradient(sum);
        var weight = PackedSum.Weight(sum) + l2;
        var value = Math.Clamp(gradient / weight, min, max);
        return value * ((2 * gradient) - (weight * value));
    }

    private double Value(long sum) => Math.Clamp(PackedSum.Gradient(sum) / (PackedSum.Weight(sum) + _l2), _valueMin, _valueMax);
}
