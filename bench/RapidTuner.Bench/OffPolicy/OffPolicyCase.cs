namespace RapidTuner.Bench.OffPolicy;

/// <summary>A log that is asked about a rule: how often the log chose that rule, and what two rules there were.</summary>
/// <param name="Device">Device of the twin.</param>
/// <param name="Model">Its model.</param>
/// <param name="RateRps">Offered rate, requests per second.</param>
/// <param name="Chance">Chance of the asked rule at each plan.</param>
/// <param name="Asked">Index of the asked rule.</param>
/// <param name="Seed">Seed of load, jitter and draws.</param>
internal sealed record OffPolicyCase(string Device, string Model, double RateRps, double Chance, int Asked, ulong Seed);
