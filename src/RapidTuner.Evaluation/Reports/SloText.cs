using System.Text.Json.Serialization;
using RapidTuner.Core.Control;

namespace RapidTuner.Evaluation.Reports;

/// <summary>The service-level objective as reported.</summary>
/// <param name="Tier">"paper", "middle" or "tight".</param>
/// <param name="TtftSPer1k">Seconds of TTFT per 1,000 prompt tokens; null for tiers that are not linear.</param>
/// <param name="TtftFloorS">Least TTFT limit, seconds.</param>
/// <param name="ItlS">Limit on a request's p99 inter-token latency, seconds.</param>
public sealed record SloText(
    [property: JsonPropertyName("tier")] string Tier,
    [property: JsonPropertyName("ttft_s_per_1k")] double? TtftSPer1k,
    [property: JsonPropertyName("ttft_floor_s")] double TtftFloorS,
    [property: JsonPropertyName("itl_s")] double ItlS)
{
    /// <summary>Of a run's objective.</summary>
    public static SloText Of(Slo slo)
    {
        ArgumentNullException.ThrowIfNull(slo);
        return new SloText(slo.Tier, slo.TtftSPer1k, slo.TtftFloorS, slo.ItlS);
    }
}
