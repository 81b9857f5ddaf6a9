namespace RapidTuner.Learning.Forecasting.Training;

/// <summary>How trees did at one horizon on seconds that they were not trained on, beside last value.</summary>
/// <param name="HorizonS">Seconds ahead.</param>
/// <param name="Scores">Forecasts that came due.</param>
/// <param name="Mae">Mean absolute error of the trees, in the series' unit.</param>
/// <param name="LastMae">Mean absolute error of last value on the same seconds.</param>
public sealed record HorizonScore(double HorizonS, long Scores, double Mae, double LastMae)
{
    /// <summary>Mean absolute error / that of last value; 1 where both are 0, NaN before the first score.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double Mase => Scores == 0 ? double.NaN : Mae.Equals(LastMae) ? 1 : Mae / LastMae;

    /// <summary>Error on seconds that the model in office has not seen either; null: there are too few.</summary>
    public double? FreshMae { get; init; }

    /// <summary>That of the model in office on the same seconds.</summary>
    public double? RivalMae { get; init; }
}
