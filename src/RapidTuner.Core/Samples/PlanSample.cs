using RapidTuner.Core.Control;

namespace RapidTuner.Core.Samples;

/// <summary>One tick of the slow loop: what it saw, what it considered and what it published. All that is needed to explain it and to learn from it.</summary>
public sealed record PlanSample
{
    /// <summary>What the engine had seen last when the plan was made; its time is the plan's.</summary>
    public required Observation Seen { get; init; }

    /// <summary>A decision under the new plan: the split and levers that <see cref="Seen"/> would get.</summary>
    public required Decision Chosen { get; init; }

    /// <summary>The candidates, "keep the current one" among them.</summary>
    public required IReadOnlyList<PlanCandidate> Candidates { get; init; }

    /// <summary>Index of the candidate in force after guardrails.</summary>
    public required int ChosenIndex { get; init; }

    /// <summary>Index of the candidate in force before; -1 when it is none of them.</summary>
    public int CurrentIndex { get; init; } = -1;

    /// <summary>Probability with which the candidate in force was chosen, guardrails included, 0 to 1.</summary>
    public double Propensity { get; init; } = 1;

    /// <summary>True when chance chose it.</summary>
    public bool Explored { get; init; }

    /// <summary>The model that predicted; "" when none did.</summary>
    public string ModelId { get; init; } = "";

    /// <summary>The load that was planned for; null when nothing was forecast.</summary>
    public PlanForecast? Forecast { get; init; }

    /// <summary>The state that a terminal value and a learner see.</summary>
    public PlanState State { get; init; }
}
