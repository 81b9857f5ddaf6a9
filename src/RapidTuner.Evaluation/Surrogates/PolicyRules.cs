namespace RapidTuner.Evaluation.Surrogates;

/// <summary>A policy as a list of rules, and how well the list says what the policy does.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Situations">Situations that the rules were read from, both phases having work.</param>
/// <param name="DecodeRules">Rules for decode's share of the units.</param>
/// <param name="PrefillRules">Rules for prefill's share.</param>
/// <param name="DecodeFidelity">Share of the variance of decode's share that the rules explain, on situations that they were not read from.</param>
/// <param name="PrefillFidelity">The same for prefill's share.</param>
/// <param name="Attainment">Share of the workload's requests inside their SLO under the policy.</param>
public sealed record PolicyRules(
    string Policy,
    int Situations,
    IReadOnlyList<PolicyRule> DecodeRules,
    IReadOnlyList<PolicyRule> PrefillRules,
    double? DecodeFidelity,
    double? PrefillFidelity,
    double Attainment);
