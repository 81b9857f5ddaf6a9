namespace RapidTuner.Core.Control;

/// <summary>
/// Predicts how long a step takes. The twin is one; a profile taken as a paper takes it is another; a learned model a
/// third. Policies see this contract and never know which.
/// </summary>
public interface IStepLatency
{
    /// <summary>Seconds of a step of <paramref name="phase"/> on <paramref name="units"/> units with the other phase idle.</summary>
    double AloneS(Phase phase, in StepWork work, int units);

    /// <summary>
    /// Seconds of a step of <paramref name="phase"/> on <paramref name="units"/> units while <paramref name="beside"/>, a step of the
    /// other phase, runs all along on <paramref name="besideUnits"/> units. Units that exceed the device overlap.
    /// </summary>
    double BesideS(Phase phase, in StepWork work, int units, in StepWork beside, int besideUnits);
}
