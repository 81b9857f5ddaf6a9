using System.Text.Json.Serialization;

namespace RapidTuner.Evaluation.Statistics;

/// <summary>An estimate with its bootstrap interval.</summary>
/// <param name="Mean">The estimate over all seeds.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Interval(
    [property: JsonPropertyName("mean")] double Mean,
    [property: JsonPropertyName("low")] double Low,
    [property: JsonPropertyName("high")] double High);
