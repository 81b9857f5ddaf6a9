namespace RapidTuner.Engine;

/// <summary>A request as an engine sees it on arrival: its output length is not known.</summary>
/// <param name="ArrivalS">Arrival, engine seconds.</param>
/// <param name="PromptTokens">Prompt tokens, ≥ 1.</param>
/// <param name="CachedTokens">Leading tokens found in the prefix cache, 0 to <paramref name="PromptTokens"/>.</param>
/// <param name="OutputTokensMax">Most tokens that it may produce (its <c>max_tokens</c>), or 0 when the request does not say.</param>
/// <param name="TtftLimitS">Limit on its time to first token, seconds; +∞ when it has none.</param>
public readonly record struct EngineRequest(double ArrivalS, int PromptTokens, int CachedTokens, int OutputTokensMax, double TtftLimitS);
