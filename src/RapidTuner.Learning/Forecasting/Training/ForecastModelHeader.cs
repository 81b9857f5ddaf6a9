namespace RapidTuner.Learning.Forecasting.Training;

/// <summary>What the JSON header of a forecast model's artefact holds; everything but the trees.</summary>
internal sealed record ForecastModelHeader
{
    /// <summary>Value of <see cref="Kind"/>.</summary>
    public const string KindName = "load-forecast";

    public string Kind { get; init; } = "";

    public string Program { get; init; } = "";

    /// <summary>Names of the trees' features, in order: a model of other features is refused.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Horizons, seconds: a model of others is refused.</summary>
    public IReadOnlyList<double> HorizonsS { get; init; } = [];

    /// <summary>Per horizon whether the trees serve it.</summary>
    public IReadOnlyList<bool> Serves { get; init; } = [];

    public string Load { get; init; } = "";

    public string Series { get; init; } = "";

    public ForecastReport? Report { get; init; }
}
