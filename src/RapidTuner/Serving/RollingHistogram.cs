namespace RapidTuner.Serving;

/// <summary>
/// Weighted counts in fixed buckets, in all and over the latest minute. One thread writes; any thread reads (a reader may miss
/// the write under way, never tear one). Quantiles are the upper edges of buckets a factor 1.05 apart: at most 5 % too high.
/// </summary>
/// <param name="leastS">Upper edge of the first bucket, seconds; the last is some two million times higher.</param>
internal sealed class RollingHistogram(double leastS = 1e-4)
{
    private const int Seconds = 60;
    private const double Ratio = 1.05;
    private const int Buckets = 300;
    private static readonly double LogRatio = Math.Log(Ratio);

    private readonly long[] _all = new long[Buckets];
    private readonly long[][] _bySecond = [.. Enumerable.Range(0, Seconds).Select(_ => new long[Buckets])];
    private readonly long[] _secondOf = new long[Seconds];
    private double _sumS;

    /// <summary>Values in all.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of all values, seconds.</summary>
    public double SumS => Volatile.Read(ref _sumS);

    public void Add(double nowS, double valueS, int count)
    {
        var bucket = BucketOf(valueS);
        _all[bucket] += count;
        Count += count;
        Volatile.Write(ref _sumS, _sumS + (valueS * count));
        var second = (long)nowS;
        var slot = (int)(second % Seconds);
        if (_secondOf[slot] != second)
        {
            Array.Clear(_bySecond[slot]);
            _secondOf[slot] = second;
        }

        _bySecond[slot][bucket] += count;
    }

    /// <summary>The value that a share of the values over the latest <paramref name="overS"/> seconds (1 to 60) does not exceed, seconds; null when there was none.</summary>
    public double? Quantile(double nowS, double share, int overS = Seconds)
    {
        Span<long> counts = stackalloc long[Buckets];
        counts.Clear();
        long total = 0;
        for (var s = 0; s < Seconds; s++)
        {
            if (_secondOf[s] <= (long)nowS - overS)
            {
                continue;
            }

            for (var b = 0; b < Buckets; b++)
            {
                counts[b] += _bySecond[s][b];
                total += _bySecond[s][b];
            }
        }

        if (total == 0)
        {
            return null;
        }

        var rank = (long)Math.Ceiling(share * total);
        var at = 0;
        for (var seen = counts[0]; seen < rank && at < Buckets - 1; seen += counts[at])
        {
            at++;
        }

        return UpperEdgeS(at);
    }

    /// <summary>Values in all that are at most about <paramref name="edgeS"/>, for a cumulative bucket of an exposition.</summary>
    public long CountUpTo(double edgeS)
    {
        long count = 0;
        for (var b = 0; b < Buckets && UpperEdgeS(b) <= edgeS * 1.0000001; b++)
        {
            count += Volatile.Read(ref _all[b]);
        }

        return count;
    }

    private double UpperEdgeS(int bucket) => leastS * Math.Pow(Ratio, bucket);

    private int BucketOf(double valueS) =>
        valueS <= leastS ? 0 : Math.Min(Buckets - 1, (int)Math.Ceiling(Math.Log(valueS / leastS) / LogRatio));
}
