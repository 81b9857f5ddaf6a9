using RapidTuner.Core.Control;

namespace RapidTuner.Control.Learned;

/// <summary><c>learned</c>: the fast rule over learned latencies (docs/policy.md).</summary>
internal sealed class LearnedPolicy : IPolicy
{
    private readonly FastRule _rule;
    private readonly RuleParameters _parameters;

    /// <summary>A policy that obeys <paramref name="parameters"/>.</summary>
    public LearnedPolicy(string name, FastRule rule, RuleParameters parameters)
    {
        Name = name;
        Palette = rule.Palette;
        _rule = rule;
        _parameters = parameters;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Palette Palette { get; }

    /// <inheritdoc/>
    public Decision Decide(in Observation seen) => _rule.Decide(in seen, _parameters);
}
