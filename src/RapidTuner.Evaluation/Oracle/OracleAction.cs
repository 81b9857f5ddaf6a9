using RapidTuner.Core;

namespace RapidTuner.Evaluation.Oracle;

/// <summary>Every lever that an oracle holds for one stretch of time.</summary>
/// <param name="Split">Palette entry and overlap.</param>
/// <param name="Order">Order of the prefill queue.</param>
/// <param name="ChunkTokens">Most new tokens of a prefill step.</param>
/// <param name="Demotes">Requests that cannot meet their TTFT any more are served last.</param>
/// <param name="AdmitTokens">Longest prompt admitted while half of the KV cache is in use, tokens; 0: no bound.</param>
internal readonly record struct OracleAction(OracleSplit Split, PrefillOrder Order, int ChunkTokens, bool Demotes, double AdmitTokens = 0);
