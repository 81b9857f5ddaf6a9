using RapidTuner.Core;

namespace RapidTuner.Engine;

/// <summary>One step, as an executor is asked to run it.</summary>
/// <param name="Stream">Stream that runs it: see <see cref="Scheduling.EngineScheduler"/> for the numbering.</param>
/// <param name="Phase">Prefill, decode or hybrid.</param>
/// <param name="Work">What to compute (of a hybrid step: its prefill part).</param>
/// <param name="Fused">The decode part of a hybrid step; empty otherwise.</param>
/// <param name="Units">Units that it may use.</param>
public readonly record struct StepLaunch(int Stream, Phase Phase, StepWork Work, StepWork Fused, int Units);
