using System.Text.Json.Serialization;
using RapidTuner.Evaluation.Statistics;

namespace RapidTuner.Evaluation.Reports;

/// <summary>Bootstrap intervals of a row over seeds; null with a single seed.</summary>
public sealed record RowIntervals
{
    /// <summary>Coverage, 0 to 1.</summary>
    [JsonPropertyName("level")]
    public double Level { get; init; } = PairedBootstrap.Level;

    /// <summary>Of attainment.</summary>
    [JsonPropertyName("attainment")]
    public Interval? Attainment { get; init; }

    /// <summary>Of goodput, requests/s.</summary>
    [JsonPropertyName("goodput_rps")]
    public Interval? GoodputRps { get; init; }

    /// <summary>Of max_goodput, requests/s.</summary>
    [JsonPropertyName("max_goodput_rps")]
    public Interval? MaxGoodputRps { get; init; }

    /// <summary>The row that ratios are taken to, paired seed by seed: `static-best` where it was asked for, else the first row.</summary>
    [JsonPropertyName("baseline")]
    public string? Baseline { get; init; }

    /// <summary>Geometric mean over seeds of this row / baseline: of max_goodput when searched, else of goodput.</summary>
    [JsonPropertyName("ratio")]
    public Interval? Ratio { get; init; }
}
