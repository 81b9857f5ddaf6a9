using RapidTuner.Evaluation.Workloads.Specs;

namespace RapidTuner.Evaluation.Workloads.Fitting;

/// <summary>
/// Few points of a cumulative distribution such that straight lines between them stay within a tolerance of it. The
/// tolerance narrows in the upper tail, where little probability carries many tokens and long pauses.
/// </summary>
internal static class CdfFitter
{
    /// <summary>Tolerance in the upper tail, in parts of the probability that is left; chosen: means come out within 1 %.</summary>
    private const double TailTolerance = 0.25;

    /// <summary>Fits whole-numbered values, sorted, at least one.</summary>
    public static CdfSpec Whole(ReadOnlySpan<double> sorted, double tolerance)
    {
        var points = new List<(double At, double UpTo)> { (sorted[0] - 1, 0) };
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i + 1 < sorted.Length && sorted[i + 1].Equals(sorted[i]))
            {
                continue;
            }

            // Up to the next value the distribution is level; without this point a line would fill the hole.
            var upTo = (i + 1.0) / sorted.Length;
            points.Add((sorted[i], upTo));
            if (i + 1 < sorted.Length && sorted[i + 1] > sorted[i] + 1)
            {
                points.Add((sorted[i + 1] - 1, upTo));
            }
        }

        return Simplified(points, tolerance, sorted.Length, value => value);
    }

    /// <summary>Fits values ≥ 0, sorted, at least one.</summary>
    public static CdfSpec Positive(ReadOnlySpan<double> sorted, double tolerance)
    {
        const double Zero = 1e-9;
        var points = new List<(double At, double UpTo)> { (sorted[0] > Zero ? sorted[0] * 0.999 : 0, 0) };
        for (var i = 0; i < sorted.Length; i++)
        {
            var at = Math.Max(sorted[i], Zero);
            if (i + 1 == sorted.Length || Math.Max(sorted[i + 1], Zero) > at)
            {
                points.Add((at, (i + 1.0) / sorted.Length));
            }
        }

        return Simplified(points, tolerance, sorted.Length, value => Significant(value, 5));
    }

    /// <summary>Rounds to a number of significant digits, so that files stay small.</summary>
    public static double Significant(double value, int digits)
    {
        if (value is 0 || !double.IsFinite(value))
        {
            return value;
        }

        var decimals = digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var scale = Math.Pow(10, Math.Abs(decimals));
        return decimals >= 0 ? Math.Round(value * scale) / scale : Math.Round(value / scale) * scale;
    }

    /// <summary>From each kept point the farthest one is sought that a line reaches without leaving the tolerance in between.</summary>
    private static CdfSpec Simplified(List<(double At, double UpTo)> points, double tolerance, int count, Func<double, double> rounded)
    {
        var kept = new List<(double At, double UpTo)> { points[0] };
        for (var from = 0; from < points.Count - 1;)
        {
            from = Farthest(points, from, tolerance, count);
            kept.Add(points[from]);
        }

        var at = new List<double>();
        var upTo = new List<double>();
        foreach (var point in kept)
        {
            var value = rounded(point.At);
            if (at.Count > 0 && value <= at[^1])
            {
                upTo[^1] = upTo.Count == 1 ? 0 : Math.Round(point.UpTo, 5);
                continue;
            }

            at.Add(value);
            upTo.Add(Math.Round(point.UpTo, 5));
        }

        if (at.Count == 1)
        {
            at.Insert(0, at[0] * 0.999);
            upTo.Insert(0, 0);
        }

        upTo[^1] = 1;
        return new CdfSpec { At = at, UpTo = upTo };
    }

    private static int Farthest(List<(double At, double UpTo)> points, int from, double tolerance, int count)
    {
        var (low, high) = (double.NegativeInfinity, double.PositiveInfinity);
        var farthest = from + 1;
        for (var i = from + 1; i < points.Count && low <= high; i++)
        {
            var width = points[i].At - points[from].At;
            var rise = points[i].UpTo - points[from].UpTo;
            if (rise / width >= low && rise / width <= high)
            {
                farthest = i;
            }

            var allowed = Math.Max(1.5 / count, Math.Min(tolerance, TailTolerance * (1 - points[i].UpTo)));
            low = Math.Max(low, (rise - allowed) / width);
            high = Math.Min(high, (rise + allowed) / width);
        }

        return farthest;
    }
}
