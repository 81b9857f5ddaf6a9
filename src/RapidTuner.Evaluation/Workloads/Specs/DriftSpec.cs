namespace RapidTuner.Evaluation.Workloads.Specs;

/// <summary>
/// Shift of the lengths over time. Ranks (a prompt's among all prompts, an output's among those of its class) fall into
/// equal bins; each period has its own weights for them.
/// </summary>
public sealed record DriftSpec
{
    /// <summary>Width of a period, seconds, &gt; 0.</summary>
    public double StepS { get; init; }

    /// <summary>Weights of the bins of prompt ranks, a row per period, in requests: a row's sum is what the period counts.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Prompt { get; init; } = [];

    /// <summary>Weights of the bins of output ranks, a row per period.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Output { get; init; } = [];
}
