using System.Text.Json.Serialization;

namespace RapidTuner.Serving.Live;

/// <summary>How the service stood at one second.</summary>
/// <param name="AtS">When, Unix seconds.</param>
/// <param name="PrefillUnits">Units of prefill in the split in force.</param>
/// <param name="DecodeUnits">Units of decode.</param>
/// <param name="Queued">Requests waiting for prefill.</param>
/// <param name="QueuedTokens">Prompt tokens waiting for prefill.</param>
/// <param name="DecodeSequences">Sequences in decode.</param>
/// <param name="KvFreeShare">Free KV blocks / all.</param>
/// <param name="RequestsPerS">Requests that arrived in the second.</param>
/// <param name="PromptTokensPerS">Prompt tokens that arrived in the second.</param>
/// <param name="OutputTokensPerS">Tokens produced in the second.</param>
/// <param name="TtftSP50">Median time to first token over the latest 10 s; null when there was none.</param>
/// <param name="TtftSP99">99th percentile of it.</param>
/// <param name="ItlSP50">Median inter-token latency over the latest 10 s.</param>
/// <param name="ItlSP99">99th percentile of it.</param>
/// <param name="Ended">Requests that ended in the second, cancelled ones left out.</param>
/// <param name="Attained">Those of them inside their SLO.</param>
internal readonly record struct LivePoint(
    long AtS,
    int PrefillUnits,
    int DecodeUnits,
    int Queued,
    long QueuedTokens,
    int DecodeSequences,
    double KvFreeShare,
    double RequestsPerS,
    double PromptTokensPerS,
    double OutputTokensPerS,
    [property: JsonPropertyName("ttft_s_p50")] double? TtftSP50,
    [property: JsonPropertyName("ttft_s_p99")] double? TtftSP99,
    [property: JsonPropertyName("itl_s_p50")] double? ItlSP50,
    [property: JsonPropertyName("itl_s_p99")] double? ItlSP99,
    long Ended,
    long Attained);
