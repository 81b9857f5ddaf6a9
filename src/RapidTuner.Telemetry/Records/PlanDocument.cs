using System.Text.Json;
using System.Text.Json.Serialization;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Telemetry.Records;

/// <summary>
/// What a plan's record keeps beside the observation and the choice, as JSON in <see cref="DecisionRecord.Predictions"/>: forecast, candidates with
/// what was expected of them, and the state that a learner sees.
/// </summary>
public sealed record PlanDocument
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        MaxDepth = 8,
    };

    /// <summary>Index of the candidate in force after guardrails.</summary>
    public int ChosenIndex { get; init; }

    /// <summary>Index of the candidate in force before; -1 when it is none of them.</summary>
    public int CurrentIndex { get; init; } = -1;

    /// <summary>True when chance chose it.</summary>
    public bool Explored { get; init; }

    /// <summary>The load that was planned for; null when nothing was forecast.</summary>
    public PlanForecast? Forecast { get; init; }

    /// <summary>What was considered.</summary>
    public IReadOnlyList<PlanCandidate> Candidates { get; init; } = [];

    /// <summary>The state that a terminal value and a learner see.</summary>
    public PlanState State { get; init; }

    /// <summary>The candidate in force.</summary>
    [JsonIgnore]
    public PlanCandidate Chosen => Candidates[ChosenIndex];

    /// <summary>The record of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">Policy name (COMPARISON §2).</param>
    /// <param name="originUs">Engine time 0, Unix microseconds.</param>
    public static DecisionRecord ToRecord(PlanSample plan, string policy, long originUs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var document = new PlanDocument
        {
            ChosenIndex = plan.ChosenIndex,
            CurrentIndex = plan.CurrentIndex,
            Explored = plan.Explored,
            Forecast = plan.Forecast,
            Candidates = plan.Candidates,
            State = plan.State,
        };
        return DecisionRecord.From(plan.Seen, plan.Chosen, policy, originUs) with
        {
            Source = DecisionSource.Plan,
            ModelId = plan.ModelId,
            Propensity = plan.Propensity,
            Predictions = JsonSerializer.Serialize(document, Json),
        };
    }

    /// <summary>The document of a record; null when it holds none that makes sense, as a record of the fast loop or a damaged one.</summary>
    public static PlanDocument? TryRead(DecisionRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Predictions.Length == 0)
        {
            return null;
        }

        try
        {
            var document = JsonSerializer.Deserialize<PlanDocument>(record.Predictions, Json);
            return document is { Candidates.Count: > 0 } && document.ChosenIndex >= 0 && document.ChosenIndex < document.Candidates.Count ? document : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
