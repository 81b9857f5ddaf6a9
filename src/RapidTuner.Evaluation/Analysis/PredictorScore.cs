namespace RapidTuner.Evaluation.Analysis;

/// <summary>How well a predictor said the latency of the log's steps, in one stretch of time.</summary>
/// <param name="Predictor">Which: <c>twin</c>, or a champion by its id.</param>
/// <param name="Phase">prefill or decode.</param>
/// <param name="FromS">Start of the stretch, seconds since the log's start.</param>
/// <param name="Bias">Median of measured / predicted − 1.</param>
/// <param name="MedianApe">Median absolute relative error.</param>
/// <param name="P90Ape">90th percentile of it.</param>
/// <param name="Samples">Steps.</param>
public sealed record PredictorScore(string Predictor, string Phase, double FromS, double Bias, double MedianApe, double P90Ape, long Samples);
