using RapidTuner.Core;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>Latency of a kind of step at a number of units, from samples of the log.</summary>
/// <param name="Phase">Prefill or decode.</param>
/// <param name="Work">New tokens of the step (prefill), sequences (decode): the bin's middle.</param>
/// <param name="Units">Units.</param>
/// <param name="Beside">True when the other phase ran for most of it.</param>
/// <param name="MedianS">Median latency, seconds.</param>
/// <param name="LowS">10th percentile, seconds.</param>
/// <param name="HighS">90th percentile, seconds.</param>
/// <param name="Samples">Steps behind it.</param>
/// <param name="PredictedS">Median of what the twin says of the same steps, seconds.</param>
public sealed record UnitCurvePoint(Phase Phase, int Work, int Units, bool Beside, double MedianS, double LowS, double HighS, long Samples, double PredictedS);
