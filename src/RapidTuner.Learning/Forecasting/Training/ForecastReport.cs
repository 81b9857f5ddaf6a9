namespace RapidTuner.Learning.Forecasting.Training;

/// <summary>What a forecast model tells of its training.</summary>
public sealed record ForecastReport
{
    /// <summary>Seconds that it was trained on, gaps included.</summary>
    public long Windows { get; init; }

    /// <summary>First second that it saw, Unix or virtual.</summary>
    public long FromS { get; init; }

    /// <summary>The second after the last one that it saw.</summary>
    public long ToS { get; init; }

    /// <summary>Seed of its training.</summary>
    public ulong Seed { get; init; }

    /// <summary>Age at which a second counts half, seconds; 0: age does not matter.</summary>
    public double HalfLifeS { get; init; }

    /// <summary>Scores on the held-out end, one per horizon of <see cref="Horizons.S"/>.</summary>
    public IReadOnlyList<HorizonScore> Scores { get; init; } = [];
}
