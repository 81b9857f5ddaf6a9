namespace RapidTuner.Bench.Accuracy;

/// <summary>One measured request.</summary>
/// <param name="Server">Where it ran.</param>
/// <param name="PromptTokens">Its prompt.</param>
/// <param name="Timing">What was measured; its arrival is when the engine queued it.</param>
internal sealed record ServedRequest(ServerSetting Server, int PromptTokens, RequestTiming Timing);
