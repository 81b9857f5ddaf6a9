namespace RapidTuner.Evaluation.Analysis;

/// <summary>A stretch of time; NaN where nothing was measured.</summary>
/// <param name="FromS">Start, seconds since the log's start.</param>
/// <param name="OfferedRps">Requests that arrived, 1/s.</param>
/// <param name="GoodputRps">Requests that ended inside their SLO, 1/s.</param>
/// <param name="AttainedShare">Share of ended requests inside their SLO.</param>
/// <param name="TtftP90S">TTFT, 90th percentile (mean over the windows merged), seconds.</param>
/// <param name="ItlP99S">ITL, 99th percentile, seconds.</param>
/// <param name="PrefillShare">Prefill share of the split in force.</param>
/// <param name="DecodeShare">Decode share of the split in force.</param>
/// <param name="QueuedTokens">Prompt tokens waiting, mean.</param>
/// <param name="DecodeSequences">Sequences of a decode step, mean.</param>
/// <param name="KvUsedShare">KV cache in use, most.</param>
/// <param name="PromptTokensPerS">Prompt tokens that arrived, tokens/s.</param>
/// <param name="ForecastPromptTokensPerS">The same as forecast ten seconds before.</param>
public readonly record struct TimelinePoint(
    double FromS,
    double OfferedRps,
    double GoodputRps,
    double AttainedShare,
    double TtftP90S,
    double ItlP99S,
    double PrefillShare,
    double DecodeShare,
    double QueuedTokens,
    double DecodeSequences,
    double KvUsedShare,
    double PromptTokensPerS,
    double ForecastPromptTokensPerS);
