using RapidTuner.Core.Control;

namespace RapidTuner.Telemetry.Records;

/// <summary>
/// One decision with all that is needed to explain it and to learn from it. Decisions of the fast loop are kept whenever
/// the action changes and at least every 0.1 s of engine time; a planner adds its own, with propensity and candidates.
/// </summary>
public sealed record DecisionRecord
{
    /// <summary>Rising number in its table; 0 before the store gave one.</summary>
    public long Seq { get; init; }

    /// <summary>The run it belongs to.</summary>
    public long Run { get; init; }

    /// <summary>When, Unix microseconds.</summary>
    public long AtUs { get; init; }

    /// <summary>Which loop decided.</summary>
    public DecisionSource Source { get; init; }

    /// <summary>Policy name (COMPARISON §2).</summary>
    public string Policy { get; init; } = "";

    /// <summary>The model that predicted; "" when none did.</summary>
    public string ModelId { get; init; } = "";

    /// <summary>What was seen; times in engine seconds of the run.</summary>
    public Observation Seen { get; init; }

    /// <summary>What was chosen, after guardrails.</summary>
    public Decision Chosen { get; init; }

    /// <summary>Probability with which the split finally applied was chosen, 0 to 1 (1: no chance in it).</summary>
    public double Propensity { get; init; } = 1;

    /// <summary>Predictions and candidates as a JSON document; "" when there are none.</summary>
    public string Predictions { get; init; } = "";

    /// <summary>Reward once it is known (DESIGN §6: requests settled that attained their SLO); null until then.</summary>
    public double? Reward { get; init; }

    /// <summary>The record of a decision of the fast loop.</summary>
    public static DecisionRecord From(in Observation seen, in Decision chosen, string policy, long originUs) => new()
    {
        AtUs = originUs + Micros.FromS(seen.NowS),
        Source = DecisionSource.Engine,
        Policy = policy,
        Seen = seen,
        Chosen = chosen,
    };
}
