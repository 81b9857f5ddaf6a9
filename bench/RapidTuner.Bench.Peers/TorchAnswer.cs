using System.Text.Json.Serialization;

namespace RapidTuner.Bench.Peers;

/// <summary>What the other process tells of a round.</summary>
internal sealed record TorchAnswer
{
    [JsonPropertyName("version")]
    public required string Version { get; init; }

    [JsonPropertyName("prefill_s")]
    public required double PrefillS { get; init; }

    [JsonPropertyName("decode_s")]
    public required double DecodeS { get; init; }

    [JsonPropertyName("after_prompt")]
    public required float[] AfterPrompt { get; init; }

    [JsonPropertyName("after_last")]
    public required float[] AfterLast { get; init; }
}
