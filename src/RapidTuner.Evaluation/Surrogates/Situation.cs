using RapidTuner.Core.Control;

namespace RapidTuner.Evaluation.Surrogates;

/// <summary>An observation that a policy met, and what it chose.</summary>
/// <param name="Seen">The observation.</param>
/// <param name="Chosen">The decision, its split snapped to the palette.</param>
public readonly record struct Situation(Observation Seen, Decision Chosen);
