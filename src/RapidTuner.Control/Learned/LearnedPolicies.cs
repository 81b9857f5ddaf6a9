using RapidTuner.Control.Guardrails;
using RapidTuner.Control.Planning;
using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Q;

namespace RapidTuner.Control.Learned;

/// <summary>Puts <c>learned</c> and its ablations together: latencies, rule, planner.</summary>
internal static class LearnedPolicies
{
    // Chosen: pairs have to be compared within a second or two; four slices are still a hundredth of a core.
    private const double SlowTickS = 0.25;

    // Chosen: what is expected of less than ten seconds is a matter of chance.
    private const double LeastAheadS = 10;

    // Chosen: what a slow engine is started for, until it is known what it meets.
    private const int TypicalBatch = 32;
    private const int TypicalContext = 1000;
    private const int TypicalChunk = 2048;

    // Chosen: a fallback must not be quicker to move a slow engine than the plan that it stands in for.
    private const double FallbackPeriods = 10;

    /// <summary>Builds one of them.</summary>
    /// <exception cref="BadInputException">It rests on a learned model that is not there.</exception>
    public static IPolicy Create(string name, PolicyContext context, PolicySettings settings)
    {
        var splitOnly = name == PolicyNames.LearnedSplitOnly;
        var start = splitOnly ? RuleParameters.SplitOnly(settings.Order, settings.ChunkTokens) : RuleParameters.AllLevers;
        start = start with { Holds = name != PolicyNames.LearnedNoHold, MayFuse = name != PolicyNames.LearnedNoFuse, MayAdmitLess = name != PolicyNames.LearnedNoAdmit };
        var kind = ApplySpeed.KindOf(context.Engine);
        var learned = LatencyOf(name, context);
        learned = context.Predictor?.Invoke(learned) ?? learned;
        var latency = new RecalibratedLatency(learned);
        var rule = new FastRule(latency, context.Palette, context.ItlLimitS);
        start = kind == ApplyKind.Step ? start : start with { Pair = rule.PairFor(StepWork.Decode(TypicalBatch, TypicalBatch * TypicalContext), StepWork.Prefill(1, Math.Min(TypicalChunk, start.ChunkTokens), 0), start) };
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
        IPolicy fallback = kind == ApplyKind.Step ? cautious : new SteadiedPolicy(cautious, FallbackPeriods * ApplySpeed.HeldS(engine), fromPresent: true);
        var guarded = new GuardedPolicy(planned, fallback, GuardsFor(kind, engine), clock: context.Clock);
        if (exploring is not null)
        {
            exploring.Overruled = () => guarded.Refused != Reason.None;
        }

        return new GuardedLearnedPolicy(planned, cautious, guarded);
    }

    /// <summary>The rule alone, under parameters that stay.</summary>
    public static IPolicy Fixed(PolicyContext context, RuleParameters parameters) =>
        new LearnedPolicy(RuleActions.NameOf(parameters), new FastRule(context.Table, context.Palette, context.ItlLimitS), parameters);

    /// <summary>Bounds by how soon the engine applies: where it is slow, a pair that stays is what is planned for, and late gaps move it by way of the plan alone.</summary>
    private static GuardOptions GuardsFor(ApplyKind kind, Engine.EngineOptions engine) => kind == ApplyKind.Step ? GuardOptions.Default
        : GuardOptions.For(kind) with { DwellS = engine.ApplyS, HysteresisShare = 0, LateStepsMax = 1_000_000, InertRuleMoves = 1_000_000 };

    private static IPlans Rollouts(
        string name, PolicyContext context, Engine.EngineOptions served, IStepLatency learned, RecalibratedLatency latency, RuleParameters start, bool splitOnly, out ExploringPlanner? exploring)
    {
        var slow = ApplySpeed.KindOf(served) != ApplyKind.Step;
        var planning = new PlannerSettings { LatencyS = context.PlanLatencyS };
        planning = slow ? planning with { TickS = SlowTickS, RestTicksMin = (int)(planning.RestTicksMin / SlowTickS), RestTicksMax = (int)(planning.RestTicksMax / SlowTickS) } : planning;
        var forecast = name != PolicyNames.LearnedForecast ? null : slow ? new ArrivalForecast(served.ApplyS + Math.Max(LeastAheadS, served.ApplyS)) : new ArrivalForecast();

        // A rollout is under one pair from its beginning: what a change costs is reckoned beside it.
        var engine = served with { ApplyS = 0, ApplyRestarts = false };
        var recent = new RecentRequests(planning.RequestsMax, context.Seed, (int)Math.Min(engine.ContextTokens, (long)engine.KvBlocks * engine.BlockTokens), forecast);
        var foreseen = new RecalibratedLatency(learned);
        var tried = new FastRule(foreseen, context.Palette, context.ItlLimitS);
        var terminal = name == PolicyNames.LearnedQ ? new ScaledValue(ValueOf(name, ValueTarget.Name, context), foreseen, engine.DeviceUnits, context.ItlLimitS) : null;
        var planner = new RolloutPlanner(recent, new Rollout(engine, tried, foreseen, planning, terminal), tried, foreseen, latency, planning, start, splitOnly);
        exploring = context.Exploration.Enabled && !slow
            ? new ExploringPlanner(planner, recent, new Rollout(engine, tried, foreseen, planning), tried, planning, context.Exploration, splitOnly, context.Seed)
            : null;
        IPlanner made = slow ? Paired(planner, recent, engine, served, learned, latency, context, planning) : exploring is null ? planner : exploring;
        return context.RealTime ? new BackgroundPlans(made, recent, planning) : new VirtualPlans(made, recent, planning);
    }

    private static PairPlanner Paired(
        RolloutPlanner levers, RecentRequests recent, Engine.EngineOptions engine, Engine.EngineOptions served, IStepLatency learned, RecalibratedLatency latency, PolicyContext context, PlannerSettings planning)
    {
        var foreseen = new RecalibratedLatency(learned);
        var tried = new FastRule(foreseen, context.Palette, context.ItlLimitS);
        return new PairPlanner(levers, recent, new Rollout(engine, tried, foreseen, planning), tried, foreseen, latency, planning, served);
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
