namespace RapidTuner.Engine;

/// <summary>A piece of one prompt within a prefill step.</summary>
/// <param name="Slot">The request.</param>
/// <param name="FirstToken">Position of the first new token: tokens already in its KV cache.</param>
/// <param name="Tokens">New tokens, ≥ 1.</param>
public readonly record struct PrefillPart(int Slot, int FirstToken, int Tokens);
