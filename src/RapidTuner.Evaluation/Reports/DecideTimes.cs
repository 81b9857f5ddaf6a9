using System.Text.Json.Serialization;

namespace RapidTuner.Evaluation.Reports;

/// <summary>How long decisions took, seconds; null of nothing.</summary>
/// <param name="P50">Median.</param>
/// <param name="P99">99th percentile.</param>
public readonly record struct DecideTimes([property: JsonPropertyName("p50")] double? P50, [property: JsonPropertyName("p99")] double? P99);
