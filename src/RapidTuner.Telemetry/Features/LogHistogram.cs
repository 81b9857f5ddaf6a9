using System.Numerics;

namespace RapidTuner.Telemetry.Features;

/// <summary>
/// Counts of whole, non-negative values in buckets whose width grows with the value: 64 buckets an octave, values below
/// 128 exact. A quantile read from it is off by at most 1/128 (0.79 %) of the true nearest-rank quantile. Only integer
/// arithmetic, so the same values in any order, added here or merged, give the same counts on every machine.
/// </summary>
/// <remarks>
/// The bucket layout is that of HdrHistogram (G. Tene) and the guarantee that of DDSketch (Masson, Rim and Lee 2019, relative
/// error independent of the distribution); powers of two instead of a logarithm save the call to <c>Math.Log</c> for each value.
/// </remarks>
public sealed class LogHistogram
{
    /// <summary>Largest relative error of a quantile.</summary>
    public const double RelativeErrorMax = 1.0 / 128;

    /// <summary>Values above are counted as this one: 2⁴⁰ − 1 (12 days in microseconds).</summary>
    public const long ValueMax = (1L << 40) - 1;

    private const int SubBits = 6;
    private const int Buckets = ((40 - SubBits) << SubBits) + (1 << SubBits);

    private readonly long[] _counts = new long[Buckets];
    private int _lowest = Buckets;
    private int _highest = -1;

    /// <summary>Values counted.</summary>
    public long Count { get; private set; }

    /// <summary>Counts <paramref name="value"/> (below 0: as 0) <paramref name="count"/> times.</summary>
    public void Add(long value, long count = 1)
    {
        if (count <= 0)
        {
            return;
        }

        var bucket = BucketOf(Math.Clamp(value, 0, ValueMax));
        _counts[bucket] += count;
        Count += count;
        _lowest = Math.Min(_lowest, bucket);
        _highest = Math.Max(_highest, bucket);
    }

    /// <summary>Adds everything that <paramref name="other"/> counted.</summary>
    public void Merge(LogHistogram other)
    {
        for (var bucket = other._lowest; bucket <= other._highest; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        Count += other.Count;
        _lowest = Math.Min(_lowest, other._lowest);
        _highest = Math.Max(_highest, other._highest);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        if (_highest >= _lowest)
        {
            Array.Clear(_counts, _lowest, _highest - _lowest + 1);
        }

        (Count, _lowest, _highest) = (0, Buckets, -1);
    }

    /// <summary>The ⌈share·n⌉-th smallest value, to within <see cref="RelativeErrorMax"/>; NaN of nothing.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        if (Count == 0)
        {
            return double.NaN;
        }

        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        var seen = 0L;
        for (var bucket = _lowest; bucket <= _highest; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank)
            {
                return MiddleOf(bucket);
            }
        }

        return MiddleOf(_highest);
    }

    /// <summary>Appends the counts in a form that <see cref="Read"/> understands: a few bytes per bucket in use.</summary>
    internal void Write(ref VarintWriter writer)
    {
        var used = 0;
        for (var bucket = _lowest; bucket <= _highest; bucket++)
        {
            used += _counts[bucket] == 0 ? 0 : 1;
        }

        writer.Add(used);
        var last = 0;
        for (var bucket = _lowest; bucket <= _highest; bucket++)
        {
            if (_counts[bucket] != 0)
            {
                writer.Add(bucket - last);
                writer.Add(_counts[bucket]);
                last = bucket;
            }
        }
    }

    /// <summary>Adds the counts that <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such counts.</exception>
    internal void Read(ref VarintReader reader)
    {
        var used = reader.Next();
        var bucket = 0L;
        for (var i = 0L; i < used; i++)
        {
            bucket += reader.Next();
            var count = reader.Next();
            if (bucket is < 0 or >= Buckets || count < 0)
            {
                throw new InvalidDataException("a window's sums hold a bucket that does not exist");
            }

            _counts[bucket] += count;
            Count += count;
            _lowest = Math.Min(_lowest, (int)bucket);
            _highest = Math.Max(_highest, (int)bucket);
        }
    }

    private static int BucketOf(long value)
    {
        var shift = Math.Max(0, 63 - BitOperations.LeadingZeroCount((ulong)value | 1) - SubBits);
        return (shift << SubBits) + (int)(value >> shift);
    }

    private static double MiddleOf(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        var low = (long)(bucket - (shift << SubBits)) << shift;
        return low + (((1L << shift) - 1) / 2.0);
    }
}
