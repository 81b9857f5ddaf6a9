namespace RapidTuner.Evaluation.Analysis;

/// <summary>What was chosen in one kind of situation, and what others would have chosen there.</summary>
/// <param name="BacklogFrom">Least prompt tokens waiting.</param>
/// <param name="BacklogTo">Most prompt tokens waiting.</param>
/// <param name="BatchFrom">Fewest sequences in decode.</param>
/// <param name="BatchTo">Most sequences in decode.</param>
/// <param name="Visits">Decisions on record there.</param>
/// <param name="PrefillShare">Mean prefill share of the split chosen.</param>
/// <param name="DecodeShare">Mean decode share.</param>
/// <param name="Others">Mean prefill share that each other policy chooses for the same observations, by its name.</param>
public sealed record PolicyMapCell(
    long BacklogFrom, long BacklogTo, long BatchFrom, long BatchTo, long Visits, double PrefillShare, double DecodeShare, IReadOnlyDictionary<string, double> Others);
