namespace RapidTuner.Evaluation.Analysis;

/// <summary>How much slower decode ran beside prefill than alone, at the same units and batch.</summary>
/// <param name="PrefillShare">Prefill share beside, the bin's middle.</param>
/// <param name="BatchFrom">Fewest sequences.</param>
/// <param name="BatchTo">Most sequences.</param>
/// <param name="Factor">Contention factor: median of measured time beside over the twin's time alone.</param>
/// <param name="Samples">Steps behind it.</param>
public sealed record ContentionCell(double PrefillShare, int BatchFrom, int BatchTo, double Factor, long Samples);
