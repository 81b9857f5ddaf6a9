using RapidTuner.Control.Learned;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Planning;

/// <summary>The plan in force, and whatever makes the next: the seam between the fast loop and the slow one.</summary>
internal interface IPlans
{
    /// <summary>Hears of the engine, on the engine's thread.</summary>
    IEngineObserver Observer { get; }

    /// <summary>Is told of every plan that is published.</summary>
    Action<PlanSample>? Planned { get; set; }

    /// <summary>The parameters in force. Starts the slow loop when it is due; never waits for it.</summary>
    /// <param name="seen">What the engine sees now.</param>
    RuleParameters At(in Observation seen);

    /// <summary>How the slow loop stands; from any thread. An engine at rest asks for no plans, and its plan does not age.</summary>
    /// <param name="nowS">Engine seconds.</param>
    PlanFigures Figures(double nowS);
}
