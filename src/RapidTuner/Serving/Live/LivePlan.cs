using RapidTuner.Core.Samples;

namespace RapidTuner.Serving.Live;

/// <summary>The plan in force, and how many there were. Written on the planner's thread; any thread reads.</summary>
internal sealed class LivePlan : IEngineObserver
{
    private PlanSample? _latest;
    private long _published;
    private long _changes;

    /// <summary>The latest plan; null before the first, and for ever where the policy makes none.</summary>
    public PlanSample? Latest => Volatile.Read(ref _latest);

    /// <summary>Plans so far.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Plans that put another candidate in force.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
    }

    /// <inheritdoc/>
    public void OnPlan(PlanSample plan)
    {
        Volatile.Write(ref _published, _published + 1);
        Volatile.Write(ref _changes, _changes + (plan.ChosenIndex == plan.CurrentIndex ? 0 : 1));
        Volatile.Write(ref _latest, plan);
    }
}
