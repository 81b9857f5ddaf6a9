namespace RapidTuner.Evaluation.Surrogates;

/// <summary>Where two policies differ, on the situations that the first one met, and what that is worth.</summary>
/// <param name="A">The first policy.</param>
/// <param name="B">The second.</param>
/// <param name="Situations">Situations compared.</param>
/// <param name="Same">Share of them in which both choose the same split.</param>
/// <param name="DecodeShareDifference">Mean decode share of B minus that of A.</param>
/// <param name="Rules">Where they differ: rules for B's decode share minus A's, largest weight times difference first.</param>
/// <param name="AttainmentA">Attained share of A on the workload.</param>
/// <param name="AttainmentB">Attained share of B.</param>
public sealed record PolicyDifference(
    string A, string B, int Situations, double Same, double DecodeShareDifference, IReadOnlyList<PolicyRule> Rules, double AttainmentA, double AttainmentB);
