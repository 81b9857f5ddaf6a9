namespace RapidTuner.Learning.Latency;

/// <summary>How well held-out steps of one group are predicted; fractions.</summary>
/// <param name="Rows">Held-out steps.</param>
/// <param name="Mape">Mean absolute percentage error of the median.</param>
/// <param name="MedianApe">Median of it.</param>
/// <param name="LawMape">Mean absolute percentage error of the law without trees.</param>
/// <param name="Coverage">Share within the 90 % interval.</param>
/// <param name="BelowP95">Share at or below p95.</param>
/// <param name="MeanWidth">Mean width of the interval relative to the median.</param>
/// <param name="FreshMape">Mean absolute percentage error on the steps that the model to replace has not seen; null: there is none, or too few such steps.</param>
/// <param name="RivalMape">That of the model to replace, on the same steps.</param>
public sealed record LatencyMetrics(int Rows, double Mape, double MedianApe, double LawMape, double Coverage, double BelowP95, double MeanWidth, double? FreshMape = null, double? RivalMape = null);
