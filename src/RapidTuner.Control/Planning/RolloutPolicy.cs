using RapidTuner.Control.Learned;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Planning;

/// <summary>The rule under a candidate's parameters. Rollouts judge by a tightened limit; the rule plans for the true one.</summary>
internal sealed class RolloutPolicy(FastRule rule, double itlLimitS, bool wholePrompts) : IPolicy
{
    /// <inheritdoc/>
    public string Name => "rollout";

    /// <inheritdoc/>
    public Palette Palette => rule.Palette;

    /// <summary>The candidate.</summary>
    public RuleParameters Parameters { get; set; } = RuleParameters.AllLevers;

    /// <inheritdoc/>
    public Decision Decide(in Observation seen)
    {
        var decision = rule.Decide(seen with { ItlLimitS = itlLimitS }, Parameters);
        return wholePrompts ? decision with { ChunkTokens = 0 } : decision;
    }
}
