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

    /// <summary>How long a slice of the slow loop has been running, seconds; 0 where none does: an engine at rest asks for no plans.</summary>
    /// <param name="nowS">Engine seconds.</param>
    double AgeS(double nowS);
}
