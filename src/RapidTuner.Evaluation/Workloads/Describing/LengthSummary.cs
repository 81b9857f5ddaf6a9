using System.Text.Json.Serialization;

namespace RapidTuner.Evaluation.Workloads.Describing;

/// <summary>Distribution of a token count over requests; percentiles by nearest rank.</summary>
/// <param name="Mean">Mean, tokens.</param>
/// <param name="P50">Median.</param>
/// <param name="P90">90th percentile.</param>
/// <param name="P95">95th percentile.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Max">Longest.</param>
public sealed record LengthSummary(
    [property: JsonPropertyName("mean")] double Mean,
    [property: JsonPropertyName("p50")] int P50,
    [property: JsonPropertyName("p90")] int P90,
    [property: JsonPropertyName("p95")] int P95,
    [property: JsonPropertyName("p99")] int P99,
    [property: JsonPropertyName("max")] int Max)
{
    /// <summary>Sums up at least one count; sorts them in place.</summary>
    internal static LengthSummary Of(int[] tokens)
    {
        Array.Sort(tokens);
        int Rank(int percent) => tokens[(int)((((long)tokens.Length * percent) + 99) / 100) - 1];
        return new(tokens.Sum(count => (double)count) / tokens.Length, Rank(50), Rank(90), Rank(95), Rank(99), tokens[^1]);
    }
}
