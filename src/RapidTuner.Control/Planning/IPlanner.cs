using RapidTuner.Control.Learned;

namespace RapidTuner.Control.Planning;

/// <summary>The slow loop: chooses the parameters that the fast rule obeys until the next tick. One thread at a time.</summary>
internal interface IPlanner
{
    /// <summary>The parameters from now on; <paramref name="present"/> where nothing is to change.</summary>
    /// <param name="present">Those in force.</param>
    /// <param name="nowS">Engine seconds.</param>
    RuleParameters Plan(RuleParameters present, double nowS);
}
