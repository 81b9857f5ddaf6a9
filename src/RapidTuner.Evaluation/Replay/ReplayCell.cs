using RapidTuner.Control.Exploration;
using RapidTuner.Control.Learned;
using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Engine;
using RapidTuner.Engine.Twin;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Evaluation.Replay;

/// <summary>
/// One cell of a comparison: a trace on a device with a model under a tier. It gives every policy the same engine, memory and
/// information; safe from several threads.
/// </summary>
internal sealed class ReplayCell
{
    private readonly ReplayScene _scene;
    private readonly CostModel _cost;
    private readonly PolicyContext _context;
    private readonly LoadFactory _loads;
    private readonly TwinOptions _chance;
    private readonly (double S, bool Restarts) _apply;

    /// <summary>Sets a cell up; throws <see cref="Core.Errors.BadInputException"/> when the model does not fit the device.</summary>
    public ReplayCell(ReplayScene scene, ReplayOptions options)
    {
        _scene = scene;
        _apply = (options.ApplyS, options.ApplyRestarts);
        _cost = new CostModel(scene.Device, scene.Model, scene.Stack, scene.TensorParallel, scene.Cost);
        Device = _cost.Device;
        var full = Device.DefaultPalette();
        var contextTokens = Math.Min(scene.Model.ContextTokens, MemoryPlan.For(Device, scene.Model, scene.TensorParallel, full).KvTokens);
        var kept = Array.FindAll(scene.Trace.Requests, r => r.PromptTokens + (long)r.OutputTokens <= contextTokens);
        Trace = scene.Trace with { Requests = kept };
        Excluded = scene.Trace.Requests.Length - kept.Length;
        Limits = new SloLimits(options.Tier, _cost, Device.Units, scene.Model.IsMixtureOfExperts, kept);
        _loads = new LoadFactory(Trace, Limits, options);
        _context = new PolicyContext
        {
            Grid = new UnitGrid(Device.Units, Device.Step, Device.MinUnits),
            ItlLimitS = Limits.Slo.ItlS,
            Latency = _cost,
            Palette = full,
            Champion = Champion(scene),
            Values = target => new ValueStore(null, ModelFolder.Shipped, static _ => { }).Find(target, ScopeOf(scene)),
            Predictor = scene.Predictor,
            PlanLatencyS = options.PlanLatencyS,
            Exploration = new ExplorationOptions { Enabled = options.ExploreShare > 0, Share = options.ExploreShare },
            Engine = EngineOptionsOf(new Setting { Kind = RowKind.Pure, Policy = "" }, full),
        };
        _chance = new TwinOptions
        {
            JitterSigma = scene.Stack.JitterSigma.Value,
            StragglerShare = scene.Stack.StragglerShare.Value,
            StragglerFactor = scene.Stack.StragglerFactor.Value,
            SwitchS = Device.SwitchS.Value,
        };
    }

    /// <summary>The device, perturbed as asked.</summary>
    public DeviceSpec Device { get; }

    /// <summary>The trace without excluded requests.</summary>
    public Trace Trace { get; }

    /// <summary>Requests longer than the model's context, or than the KV cache beside the full palette's streams.</summary>
    public int Excluded { get; }

    /// <summary>The limits.</summary>
    public SloLimits Limits { get; }

    /// <summary>The twin's law of time.</summary>
    public IStepLatency Latency => _cost;

    /// <summary>The profile from which <c>learned</c> predicts.</summary>
    public IStepLatency Profile => _context.Table;

    /// <summary>The rule of <c>learned</c> under parameters that stay.</summary>
    public IPolicy RuleOf(RuleParameters parameters) => LearnedPolicies.Fixed(_context, parameters);

    /// <summary>The trace as it is, arrival times divided by <paramref name="devices"/>.</summary>
    public Load AsIs(ulong seed, int devices) => _loads.AsIs(seed, devices);

    /// <summary>A load whose scored requests arrive at <paramref name="rateRps"/>.</summary>
    public Load AtRate(ulong seed, double rateRps) => _loads.AtRate(seed, rateRps);

    /// <summary>The policy of a setting; null where the engine's mode is the policy.</summary>
    public IPolicy? PolicyOf(Setting setting)
    {
        if (setting.Kind is RowKind.Hybrid or RowKind.Disaggregated)
        {
            return null;
        }

        var name = setting.Kind == RowKind.StaticBest ? $"static:{(double)setting.PrefillUnits / Device.Units}" : setting.Policy;
        var settings = new PolicySettings { Order = setting.Order, ChunkTokens = setting.ChunkTokens, ItlMargin = setting.ItlMargin };
        var policy = PolicyFactory.Create(name, _context, settings);
        if (setting.ChunkTimeItls > 0 || setting.DemotionShare > 0)
        {
            policy = new LeveredStaticPolicy(policy, _cost, Limits.Slo.ItlS, setting.ChunkTimeItls, setting.DemotionShare);
        }

        return IsWhole(setting) ? new WholePromptPolicy(policy) : policy;
    }

    /// <summary>A fresh engine for a setting.</summary>
    public TwinEngine EngineOf(Setting setting, IPolicy? policy, IEngineObserver observer, ulong seed) =>
        new(OptionsOf(setting, policy), _cost, policy, observer, seed, _chance);

    /// <summary>An engine without jitter that tries plans; its ITL limit is <paramref name="itlShare"/> of the true one.</summary>
    public TwinEngine RolloutOf(Setting setting, IPolicy policy, IEngineObserver observer, double itlShare)
    {
        var options = OptionsOf(setting, policy);
        return new TwinEngine(options with { ItlLimitS = itlShare * options.ItlLimitS }, _cost, policy, observer, 1, _chance with { JitterSigma = 0, StragglerShare = 0 });
    }

    /// <summary>The shipped champion where it was trained on this very device and model; what is scaled from another is no better than a profile.</summary>
    private static LatencyModel? Champion(ReplayScene scene) =>
        new ChampionStore(null, ModelFolder.Shipped, static _ => { }).Find(scene.Device, scene.Model, scene.TensorParallel).Exact;

    private static string ScopeOf(ReplayScene scene) => ChampionStore.ScopeOf(scene.Device.Name, scene.Model.Name, scene.TensorParallel);

    private static bool IsWhole(Setting setting) => setting.ChunkTokens == PolicySettings.WholePrompts;

    private EngineOptions OptionsOf(Setting setting, IPolicy? policy) => EngineOptionsOf(setting, policy?.Palette ?? Palette.Unmasked(Device.Units));

    private EngineOptions EngineOptionsOf(Setting setting, Palette palette)
    {
        var whole = IsWhole(setting);
        return new EngineOptions
        {
            Mode = setting.Kind switch
            {
                RowKind.Hybrid => EngineMode.Hybrid,
                RowKind.Disaggregated => EngineMode.Disaggregated,
                _ => EngineMode.Split,
            },
            DeviceUnits = Device.Units,
            ChunkTokens = whole ? new PolicySettings().ChunkTokens : setting.ChunkTokens,
            WholePrompts = whole,
            Order = setting.Order,
            KvBlocks = MemoryPlan.For(Device, _scene.Model, _scene.TensorParallel, palette).KvBlocks,
            BlockTokens = ModelSpec.BlockTokens,
            ContextTokens = _scene.Model.ContextTokens,
            ItlLimitS = Limits.Slo.ItlS,
            PrefillDevices = setting.PrefillDevices,
            DecodeDevices = setting.DecodeDevices,
            KvBytesPerToken = _scene.Model.KvBytesPerToken(_scene.TensorParallel),
            LinkBytesPerS = Device.LinkBytesPerS.Value,
            Layers = _scene.Model.Layers,
            ApplyS = _apply.S,
            ApplyRestarts = _apply.Restarts,
        };
    }
}
