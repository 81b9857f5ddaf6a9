namespace RapidTuner.Core.Control;

/// <summary>
/// The service-level objective of a run. Each request carries its own limit for the time to first token; the limit on
/// the inter-token latency is one for all (COMPARISON §1).
/// </summary>
/// <param name="Tier">"paper", "middle" or "tight".</param>
/// <param name="TtftSPer1k">Seconds of TTFT allowed per 1,000 prompt tokens; null for tiers that are not linear.</param>
/// <param name="TtftFloorS">Least TTFT limit, seconds.</param>
/// <param name="ItlS">Limit on a request's p99 inter-token latency, seconds.</param>
public sealed record Slo(string Tier, double? TtftSPer1k, double TtftFloorS, double ItlS);
