using System.Numerics;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>The bins of a policy map's axes: 0, 1, 2 to 3, 4 to 7, …, each twice as wide as the one before.</summary>
internal static class MapBins
{
    /// <summary>The bin of a value; what is below 0 counts as 0.</summary>
    public static int Of(long value) => value <= 0 ? 0 : 1 + BitOperations.Log2((ulong)value);

    /// <summary>The least value of a bin.</summary>
    public static long Least(int bin) => bin == 0 ? 0 : 1L << (bin - 1);

    /// <summary>The greatest value of a bin.</summary>
    public static long Most(int bin) => bin == 0 ? 0 : (1L << bin) - 1;
}
