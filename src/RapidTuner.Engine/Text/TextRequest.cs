namespace RapidTuner.Engine.Text;

/// <summary>A prompt to continue.</summary>
/// <param name="Prompt">Its tokens, at least one.</param>
/// <param name="OutputTokensMax">Most tokens to produce, 1 or more.</param>
/// <param name="Sampling">How tokens are drawn.</param>
public readonly record struct TextRequest(ReadOnlyMemory<int> Prompt, int OutputTokensMax, Sampling Sampling);
