using RapidTuner.Learning.Forecasting;

namespace RapidTuner.Serving.Live;

/// <summary>The forecast of one series as it stands.</summary>
/// <param name="Windows">Seconds seen.</param>
/// <param name="ByHorizon">Forecasts over <see cref="Horizons.S"/>.</param>
/// <param name="Methods">The method that each horizon goes by.</param>
/// <param name="Model">Id of the registered model whose trees take part; null: none.</param>
internal sealed record LiveSeries(long Windows, Forecast[] ByHorizon, string[] Methods, string? Model);
