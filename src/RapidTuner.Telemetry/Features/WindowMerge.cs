using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Features;

/// <summary>Makes a wide window from narrow ones: their sums merge exactly, so it equals the one that would have been made live.</summary>
public static class WindowMerge
{
    /// <summary>The window of <paramref name="widthS"/> seconds from <paramref name="startUs"/> on, from the windows inside it.</summary>
    /// <exception cref="InvalidDataException">A part's sums are damaged or from a later version.</exception>
    public static WindowRecord Of(IEnumerable<WindowRecord> parts, long startUs, int widthS)
    {
        var sums = new WindowSums();
        foreach (var part in parts)
        {
            sums.MergeBytes(part.Sums);
        }

        return new WindowRecord { StartUs = startUs, WidthS = widthS, Values = FeatureList.Compute(sums, widthS), Sums = sums.ToBytes() };
    }
}
