using RapidTuner.Core.Control;

namespace RapidTuner.Control.Trust;

/// <summary>A challenger on its way to the engine's thread.</summary>
/// <param name="Challenge">Its scores.</param>
/// <param name="Challenger">Its policy, over the champion's palette.</param>
internal sealed record Proposal(Challenge Challenge, IPolicy Challenger);
