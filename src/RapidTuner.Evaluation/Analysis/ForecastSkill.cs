namespace RapidTuner.Evaluation.Analysis;

/// <summary>How good forecasts of a series were on this log, made again from its windows.</summary>
/// <param name="Series">What was forecast.</param>
/// <param name="HorizonS">How far ahead, seconds.</param>
/// <param name="Method">The method in office at the end.</param>
/// <param name="Mase">Its mean absolute error over that of the last value; below 1 is better.</param>
/// <param name="Coverage">Share of values inside the 90 % interval.</param>
/// <param name="Count">Forecasts scored.</param>
public sealed record ForecastSkill(string Series, double HorizonS, string Method, double Mase, double Coverage, long Count);
