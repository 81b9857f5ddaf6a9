using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>
/// The disjoint splits of a palette that the profiled policies search: each masked decode count with the most prefill units
/// that fit beside it, by rising decode units. Empty where the device cannot be divided.
/// </summary>
internal static class DisjointPairs
{
    /// <summary>Most splits that are searched; a palette has no more (DESIGN §1: at most 8 counts a phase).</summary>
    public const int CountMax = 16;

    /// <summary>The splits of <paramref name="palette"/>.</summary>
    public static Split[] Of(Palette palette) =>
        [.. palette.DecodeUnits
            .Where(d => d < palette.DeviceUnits)
            .Select(d => new Split(palette.AtMost(Phase.Prefill, palette.DeviceUnits - d), d))
            .Where(s => s.PrefillUnits > 0)
            .Take(CountMax)];

    /// <summary>Index of the split whose decode units are nearest to <paramref name="decodeUnits"/>, the smaller of two equally near.</summary>
    public static int NearestDecode(Split[] pairs, int decodeUnits)
    {
        var best = 0;
        for (var i = 1; i < pairs.Length; i++)
        {
            best = Math.Abs((long)pairs[i].DecodeUnits - decodeUnits) < Math.Abs((long)pairs[best].DecodeUnits - decodeUnits) ? i : best;
        }

        return best;
    }
}
