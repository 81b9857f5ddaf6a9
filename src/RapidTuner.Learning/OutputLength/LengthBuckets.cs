using System.Numerics;

namespace RapidTuner.Learning.OutputLength;

/// <summary>Output lengths in buckets, eight an octave; up to 16 tokens each length has its own.</summary>
internal static class LengthBuckets
{
    private const int SubBits = 3;
    private const int Octaves = 17;

    /// <summary>Number of buckets; the last one ends at 2¹⁷ tokens, longer lengths count as that.</summary>
    public const int Count = ((Octaves - SubBits) << SubBits) + (1 << SubBits);

    /// <summary>Longest length told apart.</summary>
    public const int TokensMax = 1 << Octaves;

    /// <summary>The bucket of the token at <paramref name="position"/>, counted from 0, below <see cref="TokensMax"/>.</summary>
    public static int Of(int position)
    {
        var shift = Math.Max(0, 31 - BitOperations.LeadingZeroCount((uint)position | 1) - SubBits);
        return (shift << SubBits) + (position >> shift);
    }

    /// <summary>Position of the first token of a bucket.</summary>
    public static int Start(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        return (bucket - (shift << SubBits)) << shift;
    }

    /// <summary>Tokens of a bucket.</summary>
    public static int Width(int bucket) => Start(bucket + 1) - Start(bucket);
}
