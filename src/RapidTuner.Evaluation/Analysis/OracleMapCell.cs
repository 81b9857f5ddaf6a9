namespace RapidTuner.Evaluation.Analysis;

/// <summary>What an oracle chose in one kind of situation, on the blocks that it was searched on.</summary>
/// <param name="BacklogFrom">Least prompt tokens waiting.</param>
/// <param name="BacklogTo">Most prompt tokens waiting.</param>
/// <param name="BatchFrom">Fewest sequences in decode.</param>
/// <param name="BatchTo">Most sequences in decode.</param>
/// <param name="Visits">Its decisions there.</param>
/// <param name="Blocks">Blocks in which it met the situation.</param>
/// <param name="PrefillShare">Mean prefill share of the splits chosen, a mean over those blocks.</param>
/// <param name="Low">Lower end of its 95 % interval over those blocks; null with fewer than two.</param>
/// <param name="High">Upper end.</param>
public sealed record OracleMapCell(
    long BacklogFrom, long BacklogTo, long BatchFrom, long BatchTo, long Visits, int Blocks, double PrefillShare, double? Low, double? High);
