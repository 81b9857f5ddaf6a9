using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Policies;

/// <summary>Builds the policies that are pure functions by name.</summary>
public static class PolicyFactory
{
    /// <summary>
    /// Builds one of <see cref="PolicyNames.Pure"/> or <c>static:F</c>. Throws <see cref="Core.Errors.BadInputException"/> for any other
    /// name and for settings out of range, and <see cref="InvalidOperationException"/> where a policy profiles and the context has nothing to measure.
    /// </summary>
    /// <param name="name">Name as in COMPARISON §2; case does not matter.</param>
    /// <param name="context">Device, SLO and what to profile.</param>
    /// <param name="settings">Settings; default: the fixed ones.</param>
    public static IPolicy Create(string name, PolicyContext context, PolicySettings? settings = null)
    {
        settings ??= new PolicySettings();
        settings.Check();
        var known = name.ToLowerInvariant();
        if (PolicyNames.TryStaticShare(known, out var prefillShare))
        {
            return new StaticPolicy(known, context.Grid, prefillShare, settings);
        }

        return known switch
        {
            "overlap" => new OverlapPolicy(context.Grid, settings),
            "rapid" => Paced(new RapidPolicy(context, settings), context),
            "nexus" => Paced(new NexusPolicy(context, settings), context),
            "pdmux" => Paced(new PdmuxPolicy(context.Grid, settings), context),
            "bullet" => Paced(new BulletPolicy(context, settings), context),
            "atom" => Paced(new AtomPolicy(context.Grid, settings), context),
            _ when PolicyNames.IsLearned(known) => LearnedPolicies.Create(known, context, settings),
            _ => throw PolicyNames.NotPure(known, "policy"),
        };
    }

    /// <summary>The rule itself, or, where the engine is slow to apply a split, what it wants most of the time.</summary>
    private static IPolicy Paced(IPolicy rule, PolicyContext context) =>
        ApplySpeed.KindOf(context.Engine) == ApplyKind.Step ? rule : new SteadiedPolicy(rule, ApplySpeed.HeldS(context.Engine!));
}
