namespace RapidTuner.Control.Profiles;

/// <summary>
/// One axis of a profile's grid. A value is placed between two neighbouring points; outside the grid the nearest pair is
/// extended in a line, since latencies grow so with batch, tokens and context.
/// </summary>
internal sealed class GridAxis
{
    private readonly double[] _points;
    private readonly double[] _inverseWidth;

    /// <summary>An axis of rising <paramref name="points"/>, two or more.</summary>
    public GridAxis(params double[] points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points.Length, 2);
        _points = points;
        _inverseWidth = new double[points.Length - 1];
        for (var i = 0; i < _inverseWidth.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(points[i + 1], points[i]);
            _inverseWidth[i] = 1 / (points[i + 1] - points[i]);
        }
    }

    /// <summary>Points on the axis.</summary>
    public int Count => _points.Length;

    /// <summary>The point at <paramref name="index"/>.</summary>
    public double this[int index] => _points[index];

    /// <summary>
    /// The cell of <paramref name="value"/>: it lies <c>Fraction</c> of the way from point <c>Index</c> to the next; below 0 or above 1
    /// outside the grid.
    /// </summary>
    public (int Index, double Fraction) Locate(double value)
    {
        var (index, last) = (0, _inverseWidth.Length - 1);
        while (index < last)
        {
            var middle = (index + last + 1) / 2;
            (index, last) = value >= _points[middle] ? (middle, last) : (index, middle - 1);
        }

        return (index, (value - _points[index]) * _inverseWidth[index]);
    }

    /// <summary>As <see cref="Locate"/>, held at the ends: for factors, which do not grow without bound.</summary>
    public (int Index, double Fraction) LocateHeld(double value)
    {
        var (index, fraction) = Locate(value);
        return (index, Math.Clamp(fraction, 0, 1));
    }
}
