namespace RapidTuner.Control.Planning;

/// <summary>A request of a scenario.</summary>
/// <param name="ArrivalS">Arrival since the scenario's start, seconds.</param>
/// <param name="PromptTokens">Prompt tokens.</param>
/// <param name="CachedTokens">Those in the prefix cache.</param>
/// <param name="OutputTokens">Output tokens: what it produced, or what it is taken to.</param>
/// <param name="TtftLimitS">Limit on its time to first token, seconds.</param>
internal readonly record struct ScenarioRequest(double ArrivalS, int PromptTokens, int CachedTokens, int OutputTokens, double TtftLimitS);
