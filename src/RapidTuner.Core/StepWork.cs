namespace RapidTuner.Core;

/// <summary>
/// What one step has to compute, in the units that its cost depends on. A decode step of B sequences has B new tokens.
/// A hybrid step is two of these, one per phase, fused.
/// </summary>
/// <param name="Sequences">Sequences in the step, ≥ 0 (0: nothing to do).</param>
/// <param name="NewTokens">New tokens in the step, over all sequences.</param>
/// <param name="ContextTokens">Tokens already in the KV cache, summed over the sequences.</param>
/// <param name="AttentionPairs">
/// Query-key pairs, summed over the new tokens: token i of a sequence with c cached tokens sees c + i (i from 1).
/// </param>
/// <param name="LogitRows">Rows that reach the LM head: sequences whose next token this step produces.</param>
public readonly record struct StepWork(int Sequences, int NewTokens, long ContextTokens, double AttentionPairs, int LogitRows)
{
    /// <summary>
    /// Tokens already cached that a new token sees, mean over the new tokens, as if one sequence had them all: below 0 where several short prompts share the step.
    /// </summary>
    public double CachedTokensMean => (AttentionPairs / Math.Max(1, NewTokens)) - (0.5 * (Math.Max(1, NewTokens) + 1));

    /// <summary>One decode iteration over a batch.</summary>
    public static StepWork Decode(int sequences, long contextTokens) =>
        new(sequences, sequences, contextTokens, contextTokens + sequences, sequences);

    /// <summary>A prefill step of <paramref name="sequences"/> equal prompts (or chunks of them).</summary>
    /// <param name="sequences">Sequences.</param>
    /// <param name="newTokensEach">New tokens per sequence.</param>
    /// <param name="contextTokensEach">Tokens already cached per sequence.</param>
    public static StepWork Prefill(int sequences, int newTokensEach, long contextTokensEach) =>
        new(sequences, sequences * newTokensEach, sequences * contextTokensEach, sequences * PairsOf(newTokensEach, contextTokensEach), sequences);

    /// <summary>This prefill step with one more chunk in it.</summary>
    public StepWork With(int newTokens, long contextTokens, bool completesPrompt) =>
        new(Sequences + 1, NewTokens + newTokens, ContextTokens + contextTokens, AttentionPairs + PairsOf(newTokens, contextTokens), LogitRows + (completesPrompt ? 1 : 0));

    private static double PairsOf(int newTokens, long contextTokens) =>
        ((double)newTokens * contextTokens) + (0.5 * newTokens * (newTokens + 1.0));
}
