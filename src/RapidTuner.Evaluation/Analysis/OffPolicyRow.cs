using RapidTuner.Learning.OffPolicy;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>What one estimator says of a policy from the log alone, beside what the twin says.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Method">"pdwis", "dr" or "fqe"; "" where no plan of the log knows the policy.</param>
/// <param name="Support">Whether the log supports it.</param>
/// <param name="Attainment">Attained share of the requests settled under the plans; null where support is insufficient.</param>
/// <param name="Low">Lower end of its 90 % interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="EffectiveSamples">Independent stretches of the log that carry the answer.</param>
/// <param name="Disagrees">True when what it says of the policy against the logged one lies outside what the twin says; null where either says nothing.</param>
public sealed record OffPolicyRow(
    string Policy, string Method, Support Support, double? Attainment, double? Low, double? High, double EffectiveSamples, bool? Disagrees);
