using RapidTuner.Control.Guardrails;
using RapidTuner.Control.Planning;
using RapidTuner.Control.Policies;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Q;

namespace RapidTuner.Control.Learned;

/// <summary>Puts <c>learned</c> and its ablations together: latencies, rule, planner.</summary>
internal static class LearnedPolicies
{
    /// <summary>Builds one of them.</summary>
    /// <exception cref="BadInputException">It rests on a learned model that is not there.</exception>
    public static IPolicy Create(string name, PolicyContext context, PolicySettings settings)
    {
        var splitOnly = name == PolicyNames.LearnedSplitOnly;
        var start = splitOnly ? RuleParameters.SplitOnly(settings.Order, settings.ChunkTokens) : RuleParameters.AllLevers;
        start = start with { Holds = name != PolicyNames.LearnedNoHold, MayFuse = name != PolicyNames.LearnedNoFuse, MayAdmitLess = name != PolicyNames.LearnedNoAdmit };
        var learned = LatencyOf(name, context);
        learned = context.Predictor?.Invoke(learned) ?? learned;
        var latency = new RecalibratedLatency(learned);
        var rule = new FastRule(latency, context.Palette, context.ItlLimitS);
        if (context.Engine is not { } engine || name == PolicyNames.LearnedTableOnly)
        {
            return new LearnedPolicy(name, rule, start);
        }

        if (splitOnly)
        {
            var whole = settings.ChunkTokens == PolicySettings.WholePrompts;
            engine = engine with { Order = settings.Order, WholePrompts = whole, ChunkTokens = whole ? engine.ChunkTokens : settings.ChunkTokens };
        }

        var exploring = (ExploringPlanner?)null;
        var plans = name == PolicyNames.LearnedBandit
            ? new GreedyPlans(ValueOf(name, ValueTarget.NextPlan, context), rule, latency, start)
            : Rollouts(name, context, engine, learned, latency, start, splitOnly, out exploring);
        var planned = new PlannedPolicy(name, rule, latency, plans);
        var cautious = new CautiousRule(context, settings, splitOnly);
        var guarded = new GuardedPolicy(planned, cautious, GuardOptions.Default, clock: context.Clock);
        if (exploring is not null)
        {
            exploring.Overruled = () => guarded.Refused != Reason.None;
        }

        return new GuardedLearnedPolicy(planned, cautious, guarded);
    }

    /// <summary>The rule alone, under parameters that stay.</summary>
    public static IPolicy Fixed(PolicyContext context, RuleParameters parameters) =>
        new LearnedPolicy(RuleActions.NameOf(parameters), new FastRule(context.Table, context.Palette, context.ItlLimitS), parameters);

    private static IPlans Rollouts(
        string name, PolicyContext context, Engine.EngineOptions engine, IStepLatency learned, RecalibratedLatency latency, RuleParameters start, bool splitOnly, out ExploringPlanner? exploring)
    {
        var planning = new PlannerSettings { LatencyS = context.PlanLatencyS };
        var forecast = name == PolicyNames.LearnedForecast ? new ArrivalForecast() : null;
        var recent = new RecentRequests(planning.RequestsMax, context.Seed, (int)Math.Min(engine.ContextTokens, (long)engine.KvBlocks * engine.BlockTokens), forecast);
        var foreseen = new RecalibratedLatency(learned);
        var tried = new FastRule(foreseen, context.Palette, context.ItlLimitS);
        var terminal = name == PolicyNames.LearnedQ ? new ScaledValue(ValueOf(name, ValueTarget.Name, context), foreseen, engine.DeviceUnits, context.ItlLimitS) : null;
        var planner = new RolloutPlanner(recent, new Rollout(engine, tried, foreseen, planning, terminal), tried, foreseen, latency, planning, start, splitOnly);
        exploring = context.Exploration.Enabled
            ? new ExploringPlanner(planner, recent, new Rollout(engine, tried, foreseen, planning), tried, planning, context.Exploration, splitOnly, context.Seed)
            : null;
        IPlanner made = exploring is null ? planner : exploring;
        return context.RealTime ? new BackgroundPlans(made, recent, planning) : new VirtualPlans(made, recent, planning);
    }

    private static IStepLatency LatencyOf(string name, PolicyContext context)
    {
        if (name is not (PolicyNames.LearnedChampion or PolicyNames.LearnedNoTrees))
        {
            return context.Table;
        }

        if (context is { Champion: null, Engine: null })
        {
            // Without an engine there is nothing to plan either: a rule to be looked at.
            return context.Table;
        }

        var champion = context.Champion
            ?? throw new BadInputException("policy", $"'{name}' needs a latency model that was learned on this very device and model, and there is none", "train one (`rapidtuner train`), or take 'learned'");
        return new LearnedStepLatency(name == PolicyNames.LearnedNoTrees ? champion.WithoutTrees() : champion, LatencyQuantile.Median);
    }

    private static QModel ValueOf(string name, string target, PolicyContext context) =>
        context.Values?.Invoke(target)
            ?? throw new BadInputException("policy", $"'{name}' needs a value function ({target}), and there is none", "keep models/tuner beside the program, train one (`rapidtuner train`), or take 'learned'");
}
