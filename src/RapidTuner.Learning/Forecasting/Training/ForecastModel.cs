namespace RapidTuner.Learning.Forecasting.Training;

/// <summary>Trees that forecast one series of one load, and what is known of them. Immutable.</summary>
/// <param name="Load">Whose load: <see cref="ForecastTarget.Serving"/>, or a replayed trace.</param>
/// <param name="Series">Which series.</param>
/// <param name="Trees">The trees; they serve the horizons at which they were no worse than last value.</param>
/// <param name="Report">How they were trained and scored.</param>
public sealed record ForecastModel(string Load, LoadSeries Series, ForecastTrees Trees, ForecastReport Report);
