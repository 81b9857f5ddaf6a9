using RapidTuner.Commands;
using RapidTuner.Configuration;
using RapidTuner.Control.Exploration;
using RapidTuner.Control.Policies;
using RapidTuner.Core.Control;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Engine;
using RapidTuner.Engine.Twin;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Engine.Twin.Text;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Workloads;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Q;
using RapidTuner.Learning.Registry;
using RapidTuner.Recording;
using RapidTuner.Serving.Trials;

namespace RapidTuner.Serving;

/// <summary>Turns options into an engine and its load. All that is wrong with them is told at once.</summary>
internal sealed class ServeSetup
{
    /// <summary>Share of max_goodput that the looped load offers (CONTRACT §2).</summary>
    public const double LoadShare = 0.6;

    private const string Cpu = "cpu";

    internal ServeSetup(EngineDescription description, LoopedLoad? load, bool rateEstimated, Func<IEngineObserver, TimeProvider, LiveEngine> open, ReplayScene? scene)
    {
        Description = description;
        Load = load;
        RateEstimated = rateEstimated;
        Open = open;
        Scene = scene;
    }

    public EngineDescription Description { get; }

    public LoopedLoad? Load { get; }

    /// <summary>True when the load's rate is a roofline estimate, to be corrected by a search.</summary>
    public bool RateEstimated { get; }

    /// <summary>Builds the engine around what hears of its steps and requests; it is not started.</summary>
    public Func<IEngineObserver, TimeProvider, LiveEngine> Open { get; }

    /// <summary>Times to decide, seconds; filled by the engine that <see cref="Open"/> makes.</summary>
    public RollingHistogram DecideS { get; init; } = new();

    /// <summary>The running policy, and whoever wants to take its place.</summary>
    public ServiceTrial? Trial { get; init; }

    /// <summary>What a latency model could know: device and model; null when none can (another stack).</summary>
    public LatencyScene? Foreseen { get; init; }

    /// <summary>What is foreseen as long as nothing was learned of just this device and model; null: the nearest that was.</summary>
    public LatencyModel? Started { get; init; }

    /// <summary>Where the policy's latencies come from, for people; null where it is always the same.</summary>
    public string? Latencies { get; init; }

    /// <summary>What a search for the load's rate happens on; null without load.</summary>
    public ReplayScene? Scene { get; }

    /// <summary>Builds the setup, or throws with all that is wrong.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="catalogue">Devices, models and stacks.</param>
    /// <param name="found">What was wrong before.</param>
    /// <param name="clock">Measures the machine, for an engine that runs on it.</param>
    /// <param name="where">Says where a key was given; null: by its option.</param>
    public static ServeSetup Of(ServeOptions options, SpecCatalogue catalogue, Problems found, TimeProvider clock, Func<string, string>? where = null)
    {
        where ??= new ServeConfig(options, new Dictionary<string, string>()).Where;
        Check(options, where, found);
        var device = Try(() => catalogue.Device(options.Device), found);
        var model = options.Engine == Cpu ? null : Try(() => catalogue.Model(options.Model), found);
        var stack = Try(() => catalogue.Stack(options.Stack), found);
        var tier = Try(() => (SloTier?)TierOf(options.Slo), found);
        var trace = options.Load == "none" ? null : Try(() => WorkloadSource.Load(options.Load, options.Seed), found);
        if (trace is { SpanS: <= 0 })
        {
            found.Add($"--load {options.Load}", "has no span of time to loop over", "name a workload with at least two arrival times");
        }

        found.ThrowIfAny();
        if (options.Engine == Cpu)
        {
            return CpuSetup.Of(options, tier!.Value, trace, clock);
        }

        return Assemble(options, device!, model!, stack!, tier!.Value, trace, clock, found);
    }

    /// <summary>The model to use for a device and model, as the registry stands.</summary>
    private static LatencyChampion ChampionOf(ServeOptions options, DeviceSpec device, ModelSpec model, TimeProvider clock)
    {
        // What cannot be read is told when the service opens the registry of the same folder.
        static void Pass(string note)
        {
        }

        return new ChampionStore(new ModelRegistry(options.Data, clock, Pass), ModelFolder.Shipped, Pass).Find(device, model, options.Tp);
    }

    /// <summary>The value functions of a scope: one's own, else what is shipped.</summary>
    internal static Func<string, QModel?> ValuesOf(ServeOptions options, string scope, TimeProvider clock) =>
        target => new ValueStore(new ModelRegistry(options.Data, clock, static _ => { }), ModelFolder.Shipped, static _ => { }).Find(target, scope);

    /// <summary>What the engine tells <paramref name="observer"/> a policy that learns while it serves hears too, and its plans go there.</summary>
    internal static IEngineObserver Heard(IPolicy policy, IEngineObserver observer)
    {
        if (policy is not IObservingPolicy observing)
        {
            return observer;
        }

        observing.Planned = observer.OnPlan;
        return new ObserverFan(observer, observing.Observer);
    }

    /// <summary>How much of the plans is left to chance.</summary>
    internal static ExplorationOptions ExplorationOf(ServeOptions options) => new() { Enabled = options.ExploreShare > 0, Share = options.ExploreShare };

    private static ServeSetup Assemble(
        ServeOptions options, DeviceSpec device, ModelSpec model, StackSpec stack, SloTier tier, Trace? trace, TimeProvider clock, Problems found)
    {
        var cost = new CostModel(device, model, stack, options.Tp, CostOptions.Default);
        var limits = new SloLimits(tier, cost, device.Units, model.IsMixtureOfExperts, trace?.Requests ?? [new TraceRequest(0, 1000, 200)]);
        var planned = Try(() => MemoryPlan.For(device, model, options.Tp, device.DefaultPalette()), found);
        found.ThrowIfAny();
        var engine = new EngineOptions
        {
            DeviceUnits = device.Units,
            KvBlocks = planned!.KvBlocks,
            ContextTokens = model.ContextTokens,
            ItlLimitS = limits.Slo.ItlS,
            QueueMax = options.QueueMax,
        };
        IPolicy Create(string name, LatencyModel? asked) => PolicyFactory.Create(
            name,
            new PolicyContext
            {
                Grid = new UnitGrid(device.Units, device.Step, device.MinUnits),
                ItlLimitS = limits.Slo.ItlS,
                Latency = cost,
                Palette = device.DefaultPalette(),
                Engine = engine,
                Champion = asked,
                Values = ValuesOf(options, ChampionStore.ScopeOf(device.Name, model.Name, options.Tp), clock),
                RealTime = true,
                Clock = clock,
                Exploration = ExplorationOf(options),
                Seed = options.Seed,
            });
        var trial = Try(new TrialSetup(options, clock, () => ChampionOf(options, device, model, clock), Create).Make, found);
        var policy = trial?.Policy;
        var memory = policy is null ? null : Try(() => MemoryPlan.For(device, model, options.Tp, policy.Palette), found);
        found.ThrowIfAny();
        engine = engine with { KvBlocks = memory!.KvBlocks };
        var twin = new TwinOptions
        {
            JitterSigma = stack.JitterSigma,
            StragglerShare = stack.StragglerShare,
            StragglerFactor = stack.StragglerFactor,
            SwitchS = device.SwitchS,
        };
        var description = new EngineDescription(
            "twin", device.Name, model.Name, options.Tp, policy!.Name, device.Units, policy.Palette, model.ContextTokens, memory.KvTokens, limits.Slo, Placeholders: true);
        var scene = trace is null ? null : new ReplayScene { Trace = trace, Device = device, Model = model, Stack = stack, TensorParallel = options.Tp };
        var (load, estimated) = LoadOf(options, trace, cost, device, model, limits);
        var decideS = new RollingHistogram(1e-7);
        return new ServeSetup(
            description,
            load,
            estimated,
            (observer, clock) =>
            {
                var paced = new PacedTwin(tap => new TwinEngine(engine, cost, new TimedPolicy(policy, clock, decideS), tap, options.Seed, twin), Heard(policy, observer), description, load, most => most, clock);
                return new LiveEngine(paced, new PlaceholderText(paced));
            },
            scene)
        {
            DecideS = decideS,
            Trial = trial,
            Foreseen = stack.Name == PredictRequest.DefaultStack ? LatencyScene.Of(device, model, options.Tp) : null,
        };
    }

    private static (LoopedLoad? Load, bool Estimated) LoadOf(
        ServeOptions options, Trace? trace, CostModel cost, DeviceSpec device, ModelSpec model, SloLimits limits)
    {
        if (trace is null)
        {
            return (null, false);
        }

        var shipped = RateTable.Shipped(device.Name, model.Name, options.Tp, trace.Name);
        var rps = options.Rate > 0 ? options.Rate : LoadShare * (shipped ?? RateTable.Roofline(cost, device.Units, trace.Requests));
        return (new LoopedLoad(trace, rps, r => limits.TtftLimitS(in r)), options.Rate <= 0 && shipped is null);
    }

    private static void Check(ServeOptions options, Func<string, string> where, Problems found)
    {
        if (options.Engine is not ("twin" or Cpu))
        {
            found.Add(where("engine"), $"{options.Engine} is not in this version", "it has: twin, cpu");
        }

        if (options.Engine != Cpu && options.ModelPath.Length > 0)
        {
            found.Add(where("model_path"), $"is given for the engine {options.Engine}", "the engine cpu alone loads a checkpoint; leave it out, or give --engine cpu");
        }

        Try(() => PolicyNames.CheckPure(options.Policy, where("policy")), found);
        _ = StoreChoice.Of(options.Store, options.Data, found, options.Postgres, options.PostgresSchema, where);
        ServeKeys.CheckRanges(options, where, found);
    }

    private static SloTier TierOf(string name) =>
        Enum.TryParse<SloTier>(name, ignoreCase: true, out var tier) && Enum.IsDefined(tier)
            ? tier
            : throw new BadInputException("--slo", $"{name} is not a tier", "known: paper, middle, tight");

    private static T? Try<T>(Func<T> make, Problems found)
    {
        try
        {
            return make();
        }
        catch (BadInputException bad)
        {
            found.AddAll(bad.Problems);
            return default;
        }
    }
}
