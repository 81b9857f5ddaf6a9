namespace RapidTuner.Learning.Forecasting;

/// <summary>The mean of a series over the seconds to come.</summary>
/// <param name="Mean">Expected mean rate over the horizon, per second, 0 or more.</param>
/// <param name="Low">Lower end of the 90 % interval of that mean, 0 or more.</param>
/// <param name="High">Upper end of it.</param>
/// <param name="Scores">Past forecasts that the interval rests on; 0: none yet, the interval spans 0 to the most that was seen.</param>
public readonly record struct Forecast(double Mean, double Low, double High, int Scores);
