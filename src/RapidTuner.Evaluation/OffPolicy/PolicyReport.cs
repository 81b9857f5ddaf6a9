using System.Text.Json;
using System.Text.Json.Serialization;
using RapidTuner.Evaluation.Analysis;
using RapidTuner.Learning.OffPolicy;

namespace RapidTuner.Evaluation.OffPolicy;

/// <summary>What <c>evaluate</c> says of a policy.</summary>
public sealed record PolicyReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Number of the run whose workload was replayed.</summary>
    public long Run { get; init; }

    /// <summary>Runs of the same kind whose plans were read.</summary>
    public int Runs { get; init; }

    /// <summary>Device of the run.</summary>
    public required string Device { get; init; }

    /// <summary>Model of the run.</summary>
    public required string Model { get; init; }

    /// <summary>Policy that logged.</summary>
    public required string LoggedPolicy { get; init; }

    /// <summary>Policy that is asked about.</summary>
    public required string Policy { get; init; }

    /// <summary>Requests of the run that ended, those refused for size left out.</summary>
    public int Requests { get; init; }

    /// <summary>Requests whose length the log does not know; the replay lacks them.</summary>
    public int LeftOut { get; init; }

    /// <summary>Attained / requests, as logged.</summary>
    public double? LoggedAttainment { get; init; }

    /// <summary>Attained requests per second over the logged plans.</summary>
    public double? LoggedRateRps { get; init; }

    /// <summary>Logged plans.</summary>
    public int Plans { get; init; }

    /// <summary>True when chance had no part in the log: importance weights do not exist.</summary>
    public bool Deterministic { get; init; }

    /// <summary>The workload replayed in the twin: the asked policy, and the logged one as a check of the twin; empty where the log's device or model is not in the catalogue.</summary>
    public required IReadOnlyList<WhatIfRow> WhatIf { get; init; }

    /// <summary>Estimates from the log alone.</summary>
    public required IReadOnlyList<Estimate> OffPolicy { get; init; }

    /// <summary>The report as one JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
