namespace RapidTuner.Core.Control;

/// <summary>What a state is worth beyond a planner's horizon. Immutable and safe from several threads; never allocates.</summary>
public interface ITerminalValue
{
    /// <summary>
    /// Requests that will be settled inside their SLO from <paramref name="state"/> on, discounted by e^(−βτ) from now; finite, 0 or more.
    /// </summary>
    double Value(in PlanState state);
}
