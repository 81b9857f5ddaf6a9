namespace RapidTuner.Evaluation.Analysis;

/// <summary>How well a predictor said the latency of the log's steps, in one stretch of time.</summary>
/// <param name="Predictor">Which: <c>twin</c>, or a latency model by its id.</param>
/// <param name="Phase">prefill or decode.</param>
/// <param name="FromS">Start of the stretch, seconds since the log's start.</param>
/// <param name="Bias">Median of measured / predicted − 1.</param>
/// <param name="MedianApe">Median absolute relative error.</param>
/// <param name="P90Ape">90th percentile of it.</param>
/// <param name="Samples">Steps.</param>
/// <param name="LowRatio">Residuals: 5th percentile of measured / predicted.</param>
/// <param name="HighRatio">Residuals: 95th percentile of it.</param>
/// <param name="BelowMedian">Reliability: share of steps below the predicted median; 0.5 when it is one.</param>
/// <param name="Coverage">Share of steps inside the predicted 90 % interval; null for a predictor without intervals.</param>
/// <param name="BelowP95">Reliability: share of steps at or below the predicted 95th percentile; null likewise.</param>
public sealed record PredictorScore(
    string Predictor, string Phase, double FromS, double Bias, double MedianApe, double P90Ape, long Samples,
    double LowRatio, double HighRatio, double BelowMedian, double? Coverage, double? BelowP95);
