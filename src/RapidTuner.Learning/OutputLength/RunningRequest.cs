namespace RapidTuner.Learning.OutputLength;

/// <summary>A request that is still producing.</summary>
/// <param name="PromptTokens">All its prompt tokens.</param>
/// <param name="ProducedTokens">Output tokens so far, 0 or more.</param>
public readonly record struct RunningRequest(int PromptTokens, int ProducedTokens);
