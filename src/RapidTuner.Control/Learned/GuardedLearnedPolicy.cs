using RapidTuner.Control.Guardrails;
using RapidTuner.Control.Planning;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Learned;

/// <summary><c>learned</c> within guardrails: the cautious rule decides while its predictions, its plan or what is observed cannot be trusted.</summary>
internal sealed class GuardedLearnedPolicy(PlannedPolicy planned, CautiousRule cautious, GuardedPolicy guarded) : IObservingPolicy, IWatchedPolicy
{
    /// <inheritdoc/>
    public string Name => guarded.Name;

    /// <inheritdoc/>
    public Palette Palette => guarded.Palette;

    /// <inheritdoc/>
    public IEngineObserver Observer { get; } = new ObserverFan(planned.Observer, cautious);

    /// <inheritdoc/>
    public Action<PlanSample>? Planned
    {
        get => planned.Planned;
        set => planned.Planned = value;
    }

    /// <inheritdoc/>
    public Reason Refused => guarded.Refused;

    /// <inheritdoc/>
    public bool Inert => guarded.Inert;

    /// <inheritdoc/>
    public bool Flapping => guarded.Flapping;

    /// <inheritdoc/>
    public long Guarded(Reason guard) => guarded.Counts[guard];

    /// <inheritdoc/>
    public PlanFigures Plans(double nowS) => planned.Plans(nowS);

    /// <inheritdoc/>
    public Decision Decide(in Observation seen) => guarded.Decide(in seen);
}
