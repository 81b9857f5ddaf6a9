namespace RapidTuner.Learning.Latency;

/// <summary>
/// Conformal quantiles of held-out log-residuals of one regime: how far a measured step lies from the prediction.
/// </summary>
/// <param name="Low">5 % lie below this.</param>
/// <param name="Median">Half lie below this.</param>
/// <param name="High">95 % lie below this.</param>
/// <param name="Rows">Held-out samples behind them; 0: borrowed or believed.</param>
public sealed record LatencyOffsets(double Low, double Median, double High, int Rows);
