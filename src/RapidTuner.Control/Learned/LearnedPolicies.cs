using RapidTuner.Control.Guardrails;
using RapidTuner.Control.Planning;
using RapidTuner.Control.Policies;
using RapidTuner.Core.Control;
using RapidTuner.Learning.Latency;

namespace RapidTuner.Control.Learned;

/// <summary>Puts <c>learned</c> and its ablations together: latencies, rule, planner.</summary>
internal static class LearnedPolicies
{
    /// <summary>Builds one of them.</summary>
    public static IPolicy Create(string name, PolicyContext context, PolicySettings settings)
    {
        var splitOnly = name == PolicyNames.LearnedSplitOnly;
        var start = splitOnly ? RuleParameters.SplitOnly(settings.Order, settings.ChunkTokens) : RuleParameters.AllLevers;
        start = start with { Holds = name != PolicyNames.LearnedNoHold };
        IStepLatency learned = name == PolicyNames.LearnedChampion && context.Champion is { } champion ? new LearnedStepLatency(champion, LatencyQuantile.Median) : context.Table;
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

        var planning = new PlannerSettings();
        var recent = new RecentRequests(planning.RequestsMax, context.Seed, (int)Math.Min(engine.ContextTokens, (long)engine.KvBlocks * engine.BlockTokens));
        var foreseen = new RecalibratedLatency(learned);
        var tried = new FastRule(foreseen, context.Palette, context.ItlLimitS);
        var planner = new RolloutPlanner(recent, new Rollout(engine, tried, foreseen, planning), tried, foreseen, latency, planning, start, splitOnly);
        IPlans plans = context.RealTime ? new BackgroundPlans(planner, recent, planning) : new VirtualPlans(planner, recent, planning);
        var planned = new PlannedPolicy(name, rule, latency, plans);
        return new GuardedLearnedPolicy(planned, new GuardedPolicy(planned, new RapidPolicy(context, settings), GuardOptions.Default));
    }
}
