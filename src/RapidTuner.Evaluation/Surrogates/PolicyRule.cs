namespace RapidTuner.Evaluation.Surrogates;

/// <summary>When all conditions hold, the policy gives about this share of the units.</summary>
/// <param name="Conditions">Conditions; none: always.</param>
/// <param name="Share">Share of the units.</param>
/// <param name="Weight">Share of the situations.</param>
public sealed record PolicyRule(IReadOnlyList<string> Conditions, double Share, double Weight);
