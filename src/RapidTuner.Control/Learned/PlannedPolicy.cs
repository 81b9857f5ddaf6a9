using RapidTuner.Control.Planning;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Learned;

/// <summary><c>learned</c>: the fast rule under the plan in force, and what it says of its own predictions.</summary>
/// <param name="name">Its name.</param>
/// <param name="rule">The rule.</param>
/// <param name="latency">What it predicts with; hears of every step.</param>
/// <param name="plans">The plans.</param>
internal sealed class PlannedPolicy(string name, FastRule rule, RecalibratedLatency latency, IPlans plans) : IModelPolicy, IObservingPolicy
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public Palette Palette => rule.Palette;

    /// <inheritdoc/>
    public IEngineObserver Observer { get; } = new ObserverFan(plans.Observer, latency);

    /// <inheritdoc/>
    public Action<PlanSample>? Planned
    {
        get => plans.Planned;
        set => plans.Planned = value;
    }

    /// <summary>How the slow loop stands.</summary>
    public PlanFigures Plans(double nowS) => plans.Figures(nowS);

    /// <inheritdoc/>
    public Decision Decide(in Observation seen) => rule.Decide(in seen, plans.At(in seen));

    /// <inheritdoc/>
    public Decision Decide(in Observation seen, out ModelSignals signals)
    {
        var decision = Decide(in seen);
        var work = seen.DecodeNext;
        var stepS = work.Sequences > 0 ? latency.AloneS(Phase.Decode, in work, rule.Palette.DeviceUnits) : 1;
        signals = new ModelSignals
        {
            HasModel = true,
            ModelAgeS = double.NaN,
            PlanAgeS = plans.Figures(seen.NowS).AgeS,
            PredictedS = stepS,
            PredictedUpperS = stepS * latency.SpreadFactor,
            MissShare = latency.MissShare,
        };
        return decision;
    }
}
