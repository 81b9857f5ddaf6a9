using RapidTuner.Control.Policies;

namespace RapidTuner.Evaluation.Replay;

/// <summary>How a chunk setting is written on the command line and in reports: its tokens, or "whole".</summary>
public static class ChunkText
{
    /// <summary>Prompts that are never cut.</summary>
    public const string Whole = "whole";

    /// <summary>The text of a setting.</summary>
    /// <param name="tokens">Tokens, or <see cref="PolicySettings.WholePrompts"/>.</param>
    public static string Of(int tokens) => tokens == PolicySettings.WholePrompts ? Whole : $"{tokens}";
}
