namespace RapidTuner.Engine;

/// <summary>A request of a client in real time.</summary>
/// <param name="PromptTokens">Tokens of the prompt, ≥ 1.</param>
/// <param name="OutputTokensMax">Most tokens to produce, ≥ 1.</param>
public readonly record struct GenerationRequest(int PromptTokens, int OutputTokensMax);
