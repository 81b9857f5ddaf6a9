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
            "rapid" => new RapidPolicy(context, settings),
            "nexus" => new NexusPolicy(context, settings),
            "pdmux" => new PdmuxPolicy(context.Grid, settings),
            "bullet" => new BulletPolicy(context, settings),
            "atom" => new AtomPolicy(context.Grid, settings),
            PolicyNames.Learned or PolicyNames.LearnedSplitOnly => Learn(known, context, settings),
            _ => throw PolicyNames.NotPure(known, "policy"),
        };
    }

    private static IPolicy Learn(string name, PolicyContext context, PolicySettings settings)
    {
        var splitOnly = name == PolicyNames.LearnedSplitOnly;
        var parameters = splitOnly ? RuleParameters.SplitOnly(settings.Order, settings.ChunkTokens) : RuleParameters.AllLevers;
        parameters = Dev(parameters);
        var rule = new FastRule(context.Table, context.Palette, context.ItlLimitS);
        if (context.Engine is null || Environment.GetEnvironmentVariable("RT_PLAN") == "0")
        {
            return new LearnedPolicy(name, rule, parameters);
        }

        var options = context.Engine with
        {
            Order = settings.Order,
            WholePrompts = splitOnly && settings.ChunkTokens == PolicySettings.WholePrompts,
            ChunkTokens = settings.ChunkTokens == PolicySettings.WholePrompts ? new PolicySettings().ChunkTokens : settings.ChunkTokens,
        };
        var planning = new PlannerSettings();
        var recent = new RecentRequests(planning.RequestsMax, context.Seed);
        var capacity = new CapacityModel(context.Table, context.Palette, (double)options.KvBlocks * options.BlockTokens);
        return new PlannedPolicy(name, rule, new LoadPlanner(recent, capacity, planning, context.ItlLimitS, splitOnly), recent, planning, parameters);
    }

    private static RuleParameters Dev(RuleParameters p)
    {
        foreach (var part in (Environment.GetEnvironmentVariable("RT_RULE") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var kv = part.Split('=');
            var v = double.Parse(kv[1], System.Globalization.CultureInfo.InvariantCulture);
            p = kv[0] switch
            {
                "m" => p with { Margin = v },
                "j" => p with { JoinItls = v },
                "f" => p with { DecodeFloorShare = v },
                "c" => p with { ChunkTokens = (int)v },
                "n" => p with { ChunkTokensMin = (int)v },
                "t" => p with { ChunkTimeItls = v },
                "d" => p with { DemotionShare = v },
                "b" => p with { Borrows = v > 0 },
                _ => throw new ArgumentException(part),
            };
        }

        return p;
    }
}
