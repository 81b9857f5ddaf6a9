namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>Joint lengths of a request, in one of three ways: measured tables, lognormal, or as another bundled spec has them.</summary>
public sealed record LengthSpec
{
    /// <summary>Name of a spec in the same folder whose first component's lengths are taken, without their drift, which goes by another clock; excludes the rest.</summary>
    public string? Like { get; init; }

    /// <summary>Lognormal prompt and output; excludes the tables.</summary>
    public LognormalLengthSpec? Lognormal { get; init; }

    /// <summary>Prompt tokens.</summary>
    public CdfSpec? Prompt { get; init; }

    /// <summary>Shares of all prompts that part them by length into classes, rising, between 0 and 1; one fewer than there are classes.</summary>
    public IReadOnlyList<double>? ClassLimits { get; init; }

    /// <summary>Output tokens given the prompt: one distribution for each class of prompts, short ones first.</summary>
    public IReadOnlyList<CdfSpec>? OutputByPrompt { get; init; }

    /// <summary>Cached leading tokens given the prompt, in blocks, in the same way; null: nothing is cached.</summary>
    public IReadOnlyList<CdfSpec>? CachedBlocksByPrompt { get; init; }

    /// <summary>Tokens of a cached block, ≥ 1.</summary>
    public int CachedBlockTokens { get; init; } = 1;

    /// <summary>How the lengths shift over time; null: they do not.</summary>
    public DriftSpec? Drift { get; init; }
}
