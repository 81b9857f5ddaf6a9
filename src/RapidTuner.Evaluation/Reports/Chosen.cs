using System.Text.Json.Serialization;

namespace RapidTuner.Evaluation.Reports;

/// <summary>What a search in hindsight chose; members that were not searched are left out.</summary>
public sealed record Chosen
{
    /// <summary>Order of the prefill queue, "spf" or "fcfs".</summary>
    [JsonPropertyName("order"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Order { get; init; }

    /// <summary>Most new tokens of a prefill step, or "whole".</summary>
    [JsonPropertyName("chunk"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Chunk { get; init; }

    /// <summary>Share of the ITL that the policy plans for, 0 to 1.</summary>
    [JsonPropertyName("margin"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Margin { get; init; }

    /// <summary>Prefill units / units of the device.</summary>
    [JsonPropertyName("prefill_share"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PrefillShare { get; init; }

    /// <summary>Longest predicted time of a chunk, in ITL limits; 0: no cap.</summary>
    [JsonPropertyName("chunk_time_itls"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ChunkTimeItls { get; init; }

    /// <summary>Share of the whole device's prefill rate at which a prompt must still be in time not to be served last; 0: none is demoted.</summary>
    [JsonPropertyName("demotion_share"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? DemotionShare { get; init; }

    /// <summary>Devices that prefill and that decode, as "1P2D".</summary>
    [JsonPropertyName("ratio"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Ratio { get; init; }

    /// <summary>What an oracle's maximum came from: its own search or the name of a row.</summary>
    [JsonPropertyName("from"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? From { get; init; }

    /// <summary>Settings screened at one rate.</summary>
    [JsonPropertyName("screened"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Screened { get; init; }

    /// <summary>Settings searched in full.</summary>
    [JsonPropertyName("searched"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Searched { get; init; }

    /// <summary>Most settings that a search of this kind may screen: the same for every policy.</summary>
    [JsonPropertyName("budget"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Budget { get; init; }

    /// <summary>Plans that an oracle's search kept.</summary>
    [JsonPropertyName("beam"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Beam { get; init; }
}
