using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Samples;
using RapidTuner.Core.Workload;
using RapidTuner.Engine;
using RapidTuner.Engine.Twin;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Workloads.Reading;

namespace RapidTuner.Bench.Telemetry;

/// <summary>The engine whose samples are kept: the twin under rapid, on a trace.</summary>
internal sealed class TwinScene
{
    private const double ItlLimitS = 0.1;

    private readonly DeviceSpec _device;
    private readonly ModelSpec _model;
    private readonly CostModel _cost;
    private readonly PolicyContext _context;

    private TwinScene(Trace trace)
    {
        var catalogue = SpecCatalogue.Open();
        Trace = trace;
        _device = catalogue.Device("mi300x");
        _model = catalogue.Model("llama-3.1-70b");
        _cost = new CostModel(_device, _model, catalogue.Stack("graphs"), 1, CostOptions.Default);
        _context = new PolicyContext { Grid = UnitGrid.Of(_device), ItlLimitS = ItlLimitS, Latency = _cost, Palette = _device.DefaultPalette() };
    }

    public Trace Trace { get; }

    public static TwinScene Of(string workload) =>
        new(File.Exists(workload) ? TraceReader.Read(workload) : SyntheticLoad.Of(20_000, 5, seed: 1));

    /// <summary>Runs the whole trace.</summary>
    public void Run(IEngineObserver observer)
    {
        var policy = PolicyFactory.Create("rapid", _context);
        var options = new EngineOptions
        {
            DeviceUnits = _device.Units,
            KvBlocks = MemoryPlan.For(_device, _model, 1, policy.Palette).KvBlocks,
            ContextTokens = _model.ContextTokens,
            ItlLimitS = ItlLimitS,
        };
        var engine = new TwinEngine(options, _cost, policy, observer, seed: 1, new TwinOptions());
        foreach (ref readonly var request in Trace.Requests.AsSpan())
        {
            engine.Submit(in request, Math.Max(1, request.PromptTokens / 1000.0));
        }

        engine.Drain();
    }
}
