using RapidTuner.Control.Guardrails;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Learned;

/// <summary><c>learned</c> within guardrails: the RAPID rule decides while its predictions, its plan or what is observed cannot be trusted.</summary>
internal sealed class GuardedLearnedPolicy(PlannedPolicy planned, GuardedPolicy guarded) : IObservingPolicy
{
    /// <inheritdoc/>
    public string Name => guarded.Name;

    /// <inheritdoc/>
    public Palette Palette => guarded.Palette;

    /// <inheritdoc/>
    public IEngineObserver Observer => planned.Observer;

    /// <inheritdoc/>
    public Action<PlanSample>? Planned
    {
        get => planned.Planned;
        set => planned.Planned = value;
    }

    /// <inheritdoc/>
    public Decision Decide(in Observation seen) => guarded.Decide(in seen);
}
