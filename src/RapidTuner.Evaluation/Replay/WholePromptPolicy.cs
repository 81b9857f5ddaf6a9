using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Evaluation.Replay;

/// <summary>
/// A policy in an engine that never cuts prompts: it plans for whole prompts, and leaves to the engine how many of them share a step.
/// </summary>
internal sealed class WholePromptPolicy(IPolicy policy) : IObservingPolicy
{
    /// <inheritdoc/>
    public string Name => policy.Name;

    /// <inheritdoc/>
    public Palette Palette => policy.Palette;

    /// <inheritdoc/>
    public IEngineObserver Observer => (policy as IObservingPolicy)?.Observer ?? new ObserverFan();

    /// <inheritdoc/>
    public Action<PlanSample>? Planned
    {
        get => (policy as IObservingPolicy)?.Planned;
        set
        {
            if (policy is IObservingPolicy observing)
            {
                observing.Planned = value;
            }
        }
    }

    /// <inheritdoc/>
    public Decision Decide(in Observation seen) => policy.Decide(in seen) with { ChunkTokens = 0 };
}
