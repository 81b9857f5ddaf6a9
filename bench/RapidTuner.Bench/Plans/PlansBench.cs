using System.Diagnostics;
using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;
using RapidTuner.Control.Policies;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Engine;
using RapidTuner.Engine.Twin;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Bench.Plans;

/// <summary>The time of one slice of planning, as the slow loop of a service has one each second, and what share of a core that is.</summary>
internal sealed class PlansBench : IBench
{
    private const double ItlLimitS = 0.1;
    private const double TtftLimitS = 2;

    public string Name => "plans";

    public string About => "p50 and p99 of one slice of planning, and the planner's share of a core; --device --model --rate --requests";

    public void Run(BenchOptions options, TextWriter output)
    {
        var catalogue = SpecCatalogue.Open();
        var device = catalogue.Device(options.Text("device", "h200"));
        var model = catalogue.Model(options.Text("model", "llama-3.1-8b"));
        var rateRps = options.Number("rate", 12);
        var requests = (int)options.Number("requests", 8000);
        options.Check();

        var load = SyntheticLoad.Of(requests, rateRps, seed: 1);
        var cost = new CostModel(device, model, catalogue.Stack("graphs"), 1, CostOptions.Default);
        var context = new PolicyContext { Grid = UnitGrid.Of(device), ItlLimitS = ItlLimitS, Latency = cost, Palette = device.DefaultPalette() };
        var engine = new EngineOptions
        {
            DeviceUnits = device.Units,
            KvBlocks = MemoryPlan.For(device, model, 1, context.Palette).KvBlocks,
            ContextTokens = model.ContextTokens,
            ItlLimitS = ItlLimitS,
        };
        var settings = new PlannerSettings();
        var latency = new RecalibratedLatency(context.Table);
        var rule = new FastRule(latency, context.Palette, ItlLimitS);
        var recent = new RecentRequests(settings.RequestsMax, 1);
        var foreseen = new RecalibratedLatency(context.Table);
        var tried = new FastRule(foreseen, context.Palette, ItlLimitS);
        var planner = new RolloutPlanner(recent, new Rollout(engine, tried, foreseen, settings), tried, foreseen, latency, settings, RuleParameters.AllLevers, splitOnly: false);
        var policy = new TimedPlans(rule, planner, settings.TickS);
        var twin = new TwinEngine(engine, cost, policy, new ObserverFan(recent, latency), seed: 1, new TwinOptions());
        foreach (var request in load.Requests)
        {
            twin.Submit(in request, Math.Max(TtftLimitS, request.PromptTokens / 1000.0));
        }

        twin.Drain();
        var took = policy.TookS.Order().ToArray();
        output.WriteLine($"{device.Name} + {model.Name}, {load.Name}: {took.Length} slices in {twin.NowS:F0} s of service, {planner.Rounds} rounds");
        output.WriteLine($"p50 {1000 * took[took.Length / 2]:F2} ms, p99 {1000 * took[(int)(0.99 * (took.Length - 1))]:F2} ms, most {1000 * took[^1]:F2} ms; {100 * took.Sum() / twin.NowS:F2} % of one core");
    }

    private sealed class TimedPlans(FastRule rule, RolloutPlanner planner, double tickS) : IPolicy
    {
        private double _nextS;
        private RuleParameters _plan = planner.Present;

        public List<double> TookS { get; } = [];

        public string Name => "plans";

        public Palette Palette => rule.Palette;

        public Decision Decide(in Observation seen)
        {
            if (seen.NowS >= _nextS)
            {
                _nextS = seen.NowS + tickS;
                var from = Stopwatch.GetTimestamp();
                _plan = planner.Plan(in seen, planned: null);
                TookS.Add(Stopwatch.GetElapsedTime(from).TotalSeconds);
            }

            return rule.Decide(in seen, _plan);
        }
    }
}
