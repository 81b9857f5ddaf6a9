namespace RapidTuner.Control.Planning;

/// <summary>The upper 95 % of shares of a limit, counted in bins of 2 % up to four limits. Adding allocates nothing.</summary>
internal sealed class UpperShares
{
    private const int PerLimit = 50;
    private const int LimitsMax = 4;
    private const double Upper = 0.95;

    private readonly long[] _counts = new long[(PerLimit * LimitsMax) + 1];
    private long _all;

    /// <summary>The upper end of the bin that holds the 95th percentile; +∞ beyond four limits, NaN without any.</summary>
    public double Value
    {
        get
        {
            var below = 0L;
            for (var bin = 0; bin < _counts.Length && _all > 0; bin++)
            {
                below += _counts[bin];
                if (below >= Upper * _all)
                {
                    return bin == _counts.Length - 1 ? double.PositiveInfinity : (bin + 1.0) / PerLimit;
                }
            }

            return double.NaN;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        _all = 0;
    }

    /// <summary>Adds <paramref name="count"/> shares; what is no number counts as the worst.</summary>
    public void Add(double share, int count)
    {
        var bin = share < LimitsMax ? (int)Math.Max(0, share * PerLimit) : _counts.Length - 1;
        _counts[bin] += count;
        _all += count;
    }
}
