using RapidTuner.Core;

namespace RapidTuner.Learning.Saturation;

/// <summary>One measurement to learn a quantity from.</summary>
/// <param name="Work">The step.</param>
/// <param name="Units">Its units; 0 where the quantity does not depend on them.</param>
/// <param name="Beside">The step beside it; empty: alone.</param>
/// <param name="BesideUnits">The other's units.</param>
/// <param name="Value">What was measured, above 0.</param>
public readonly record struct DirectRow(StepWork Work, int Units, StepWork Beside, int BesideUnits, double Value);
