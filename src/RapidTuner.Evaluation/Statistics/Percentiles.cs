using System.Text.Json.Serialization;

namespace RapidTuner.Evaluation.Statistics;

/// <summary>Nearest-rank percentiles of a latency, in seconds; null of nothing.</summary>
/// <param name="P50">Median.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P99">99th percentile.</param>
public readonly record struct Percentiles(
    [property: JsonPropertyName("p50")] double? P50,
    [property: JsonPropertyName("p90")] double? P90,
    [property: JsonPropertyName("p99")] double? P99);
