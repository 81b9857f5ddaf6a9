using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>Builds the palettes of policies that choose among several splits.</summary>
public static class Palettes
{
    /// <summary>Most unit counts per phase, the whole device included (DESIGN §1).</summary>
    public const int CountsMax = 8;

    /// <summary>
    /// The palette of the dynamic policies: decode counts spread evenly over the device, for each the rest for prefill, so that
    /// every pair is disjoint; the whole device is the last count of each phase.
    /// </summary>
    /// <param name="grid">What the device can mask.</param>
    /// <param name="counts">Counts per phase, the whole device included, 2 to <see cref="CountsMax"/>.</param>
    public static Palette Even(UnitGrid grid, int counts = CountsMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(counts, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(counts, CountsMax);
        if (!grid.CanSplit)
        {
            return Palette.Unmasked(grid.Units);
        }

        var splits = new List<Core.Split>();
        for (var i = 1; i < counts; i++)
        {
            splits.Add(grid.Disjoint((double)i / counts));
        }

        return new Palette(grid.Units, splits.Select(s => s.PrefillUnits), splits.Select(s => s.DecodeUnits));
    }
}
