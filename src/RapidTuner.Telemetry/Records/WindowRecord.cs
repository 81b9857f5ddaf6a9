using RapidTuner.Telemetry.Features;

namespace RapidTuner.Telemetry.Records;

/// <summary>The features of one window, with the sums and sketches that they were computed from, so that windows merge exactly.</summary>
public sealed record WindowRecord
{
    /// <summary>Rising number in its table; 0 before the store gave one.</summary>
    public long Seq { get; init; }

    /// <summary>The run it belongs to.</summary>
    public long Run { get; init; }

    /// <summary>Start, Unix microseconds; a multiple of the width.</summary>
    public long StartUs { get; init; }

    /// <summary>Width, seconds: 1, 10 or 60.</summary>
    public int WidthS { get; init; }

    /// <summary>Values in the order of <see cref="FeatureList.All"/>; NaN where there is nothing to measure.</summary>
    public double[] Values { get; init; } = [];

    /// <summary><see cref="WindowSums"/> as bytes.</summary>
    public byte[] Sums { get; init; } = [];

    /// <summary>The value of a feature by name.</summary>
    /// <exception cref="KeyNotFoundException">There is no such feature.</exception>
    public double this[string feature] => Values[FeatureList.IndexOf(feature)];
}
