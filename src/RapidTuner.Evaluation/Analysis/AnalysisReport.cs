namespace RapidTuner.Evaluation.Analysis;

/// <summary>What a log says. Parts that it cannot say are empty or null, and <see cref="Quality"/> says why.</summary>
public sealed record AnalysisReport
{
    /// <summary>Version of this document's shape; fields are added, never renamed.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Where the log is.</summary>
    public required string Source { get; init; }

    /// <summary>Its runs, and which of them are looked at.</summary>
    public required IReadOnlyList<LogRun> Runs { get; init; }

    /// <summary>Length of the time looked at, seconds.</summary>
    public required double SpanS { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Lines over time.</summary>
    public required IReadOnlyList<TimelinePoint> Timeline { get; init; }

    /// <summary>The limit on ITL in force, seconds; null where no decision names it.</summary>
    public required double? ItlLimitS { get; init; }

    /// <summary>The policy map.</summary>
    public required IReadOnlyList<PolicyMapCell> PolicyMap { get; init; }

    /// <summary>Latency over units, with the samples behind it.</summary>
    public required IReadOnlyList<UnitCurvePoint> Curves { get; init; }

    /// <summary>The contention map.</summary>
    public required IReadOnlyList<ContentionCell> Contention { get; init; }

    /// <summary>How well predictors did, over time.</summary>
    public required IReadOnlyList<PredictorScore> Predictors { get; init; }

    /// <summary>How well forecasts did.</summary>
    public required IReadOnlyList<ForecastSkill> Forecasts { get; init; }

    /// <summary>What other policies would have attained; null where nothing can be replayed.</summary>
    public required WhatIf? WhatIf { get; init; }

    /// <summary>Off-policy estimates from the log alone, beside the what-if.</summary>
    public required OffPolicyPart OffPolicy { get; init; }

    /// <summary>The decisions with most misses after them.</summary>
    public required IReadOnlyList<WorstDecision> WorstDecisions { get; init; }

    /// <summary>Reasons of decisions, guardrails among them.</summary>
    public required IReadOnlyList<ReasonShare> Reasons { get; init; }

    /// <summary>What limits the report.</summary>
    public required IReadOnlyList<QualityFinding> Quality { get; init; }
}
