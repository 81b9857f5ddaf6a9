namespace RapidTuner.Control.Trust;

/// <summary>How a trial stands: an immutable picture, published when a block or stage ends.</summary>
public sealed record TrialState
{
    /// <summary>How far the challenger has come.</summary>
    public TrustStage Stage { get; init; }

    /// <summary>Whose decisions are in force.</summary>
    public Arm Deciding { get; init; }

    /// <summary>How the latest challenge ended.</summary>
    public TrustVerdict Verdict { get; init; }

    /// <summary>What decides outside trials.</summary>
    public required string ChampionId { get; init; }

    /// <summary>The latest challenge with its scores; null before the first.</summary>
    public Challenge? Challenge { get; init; }

    /// <summary>Engine seconds at which this was so.</summary>
    public double AtS { get; init; }

    /// <summary>Lower bound of the challenger's gain in attainment at the latest look; NaN before one.</summary>
    public double LowerBound { get; init; } = double.NaN;

    /// <summary>Blocks of the present stage that ended.</summary>
    public IReadOnlyList<Block> Blocks { get; init; } = [];

    /// <summary>Blocks that ended since the start, over all challenges.</summary>
    public long BlocksEnded { get; init; }

    /// <summary>How often a challenge came to each verdict, by <see cref="TrustVerdict"/>.</summary>
    public IReadOnlyList<long> Verdicts { get; init; } = new long[Enum.GetValues<TrustVerdict>().Length];
}
