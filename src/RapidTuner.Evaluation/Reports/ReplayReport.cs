using System.Text.Json;
using System.Text.Json.Serialization;

namespace RapidTuner.Evaluation.Reports;

/// <summary>What a replay found (CONTRACT §4).</summary>
public sealed record ReplayReport
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Name of the workload.</summary>
    [JsonPropertyName("workload")]
    public required string Workload { get; init; }

    /// <summary>Name of the device.</summary>
    [JsonPropertyName("device")]
    public required string Device { get; init; }

    /// <summary>Name of the model.</summary>
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary>Devices that hold one copy of the model (tensor parallelism).</summary>
    [JsonPropertyName("tp")]
    public required int Tp { get; init; }

    /// <summary>Host and launch cost.</summary>
    [JsonPropertyName("stack")]
    public required string Stack { get; init; }

    /// <summary>The objective.</summary>
    [JsonPropertyName("slo")]
    public required SloText Slo { get; init; }

    /// <summary>Requests of the trace after window, limit, skipping and exclusion.</summary>
    [JsonPropertyName("requests")]
    public required int Requests { get; init; }

    /// <summary>Rows of the source without response tokens.</summary>
    [JsonPropertyName("skipped")]
    public required int Skipped { get; init; }

    /// <summary>Requests longer than the model's context or than the KV cache beside the full palette's streams.</summary>
    [JsonPropertyName("excluded")]
    public required int Excluded { get; init; }

    /// <summary>First seed.</summary>
    [JsonPropertyName("seed")]
    public required ulong Seed { get; init; }

    /// <summary>Seeds.</summary>
    [JsonPropertyName("seeds")]
    public required int Seeds { get; init; }

    /// <summary>Largest relative perturbation of the twin's constants; 0: none.</summary>
    [JsonPropertyName("perturb")]
    public required double Perturb { get; init; }

    /// <summary>Time that the engine takes to apply a split, seconds; 0: at the next step.</summary>
    [JsonPropertyName("apply_s")]
    public double ApplyS { get; init; }

    /// <summary>True: applying a split restarts the engine.</summary>
    [JsonPropertyName("apply_restarts")]
    public bool ApplyRestarts { get; init; }

    /// <summary>One row a policy, in the order asked for, each tuned row followed by its fixed setting.</summary>
    [JsonPropertyName("policies")]
    public required IReadOnlyList<PolicyRow> Policies { get; init; }

    /// <summary>The report as one JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
