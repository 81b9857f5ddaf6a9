namespace RapidTuner.Control.Planning;

/// <summary>How the slow loop stands; may be read from any thread.</summary>
public readonly record struct PlanFigures
{
    /// <summary>Rounds of planning that ended: plans made, those that keep what is in force among them.</summary>
    public long Made { get; init; }

    /// <summary>Slices of planning that failed; the plan in force stayed.</summary>
    public long Failed { get; init; }

    /// <summary>Plans that chance chose.</summary>
    public long Explored { get; init; }

    /// <summary>Events that the planner lost, since it was too slow to hear them.</summary>
    public long Dropped { get; init; }

    /// <summary>How long the slow loop has failed or has been at one slice, seconds; 0 where it does neither.</summary>
    public double AgeS { get; init; }
}
