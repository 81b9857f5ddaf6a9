namespace RapidTuner.Core.Samples;

/// <summary>One parameter set that a planner considered, with what it expected of it. Missing expectations are null.</summary>
public sealed record PlanCandidate
{
    /// <summary>Short name, unique among the candidates of a plan.</summary>
    public required string Name { get; init; }

    /// <summary>The parameters by name, in base units; switches are 0 or 1. A learner's action is made of these.</summary>
    public IReadOnlyDictionary<string, double> Parameters { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Requests expected to attain their SLO within the horizon.</summary>
    public double? Attained { get; init; }

    /// <summary>Value of the state at the end of the horizon, in requests.</summary>
    public double? Terminal { get; init; }

    /// <summary>What changing to it costs, in requests.</summary>
    public double? SwitchingCost { get; init; }

    /// <summary>By what candidates are compared, in requests.</summary>
    public double? Score { get; init; }

    /// <summary>Upper 95 % of a decode step, seconds.</summary>
    public double? ItlUpperS { get; init; }

    /// <summary>Upper 95 % of the time to first token / its limit.</summary>
    public double? TtftUpperShare { get; init; }

    /// <summary>Probability with which it was to be chosen, 0 to 1.</summary>
    public double Probability { get; init; }
}
