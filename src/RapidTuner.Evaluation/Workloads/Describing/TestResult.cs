using System.Text.Json.Serialization;

namespace RapidTuner.Evaluation.Workloads.Describing;

/// <summary>Outcome of a two-sample test.</summary>
/// <param name="Distance">How far apart the samples are, 0 to 1 (correlations: to 2).</param>
/// <param name="P">Probability of a distance as large when there is no difference.</param>
public readonly record struct TestResult([property: JsonPropertyName("distance")] double Distance, [property: JsonPropertyName("p")] double P);
