using RapidTuner.Core.Control;

namespace RapidTuner.Telemetry.Plans;

/// <summary>One decision of the slow loop as a learner sees it: state, action, what came of it until the next (DESIGN §6: semi-Markov).</summary>
public sealed record PlanStep
{
    /// <summary>When, engine seconds of its run.</summary>
    public double AtS { get; init; }

    /// <summary>Time until the next plan, seconds, over 0.</summary>
    public double DurationS { get; init; }

    /// <summary>What was known.</summary>
    public PlanState State { get; init; }

    /// <summary>Name of the candidate in force.</summary>
    public required string Action { get; init; }

    /// <summary>What that candidate sets, by name; empty where the log does not say.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Limit on the inter-token latency, seconds; 0 where the log does not say.</summary>
    public double ItlLimitS { get; init; }

    /// <summary>Names of all candidates, in order.</summary>
    public IReadOnlyList<string> Candidates { get; init; } = [];

    /// <summary>Probability with which each was to be chosen; empty where the log does not say.</summary>
    public IReadOnlyList<double> Probabilities { get; init; } = [];

    /// <summary>By what they were compared; NaN where the log does not say.</summary>
    public IReadOnlyList<double> Scores { get; init; } = [];

    /// <summary>Probability with which <see cref="Action"/> was chosen, 0 to 1.</summary>
    public double Propensity { get; init; } = 1;

    /// <summary>Requests settled within the step that attained their SLO.</summary>
    public double Reward { get; init; }

    /// <summary>Mean time from the plan to those settlements, seconds.</summary>
    public double RewardAfterS { get; init; }

    /// <summary>Requests settled within the step, attained or not; those refused for size are none.</summary>
    public double Settled { get; init; }
}
