namespace RapidTuner.Learning.OffPolicy;

/// <summary>Whether a log can answer a question about another policy.</summary>
public enum Support
{
    /// <summary>The log tried what the policy would do, with known chances.</summary>
    Supported,

    /// <summary>The log is deterministic: the figure rests on a fitted model alone, and nothing in the log checks it.</summary>
    ModelOnly,

    /// <summary>The log never, or hardly ever, tried what the policy would do. There is no figure.</summary>
    Insufficient,
}
