using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Workloads;
using RapidTuner.Evaluation.Workloads.Transforms;
using RapidTuner.Recording;

namespace RapidTuner.Commands;

/// <summary>The options of <c>replay</c> and what they mean (CONTRACT §2). All are read as text, so that every mistake is told at once.</summary>
internal sealed class ReplayArguments
{
    private const int StepSamplingDefault = 16;

    private readonly Option<string?> _workload = Text("--workload", "FILE", "Trace, ServeGen folder, workload spec, or the name of a bundled spec.");
    private readonly Option<string?> _fromData = Text("--from-data", "DIR", "Replays the workload of a log in place of a trace; device, model, tensor parallelism, stack and SLO default to the log's.");
    private readonly Option<string?> _device = Text("--device", "D", "Device: a name or a JSON file. Default mi300x.");
    private readonly Option<string?> _model = Text("--model", "M", "Model: a name or a JSON file. Default llama-3.1-70b.");
    private readonly Option<string?> _models = Text("--models", "DIR", "A further folder of devices, models and stacks.");
    private readonly Option<string?> _tensorParallel = Text("--tp", "N", "Devices that hold one copy of the model. Default 1.");
    private readonly Option<string?> _stack = Text("--stack", "S", "Host and launch cost: graphs, vllm-eager or vllm-0.19. Default graphs.");
    private readonly Option<string?> _policy = Text("--policy", "P,…", "Policies, or all. Default learned.");
    private readonly Option<string?> _slo = Text("--slo", "TIER", "paper, middle or tight. Default paper.");
    private readonly Option<string?> _rateScale = Text("--rate-scale", "X", "Divides arrival times. Default 1.");
    private readonly Option<bool> _findMaxGoodput = new("--find-max-goodput") { Description = "Searches the highest rate at 90 % attainment, and tunes each policy in hindsight." };
    private readonly Option<string?> _limit = Text("--limit", "N", "The first N requests.");
    private readonly Option<string?> _window = Text("--window", "A:B", "A part of the trace, in shares of its duration.");
    private readonly Option<string?> _seed = Text("--seed", "N", "First seed. Default 1.");
    private readonly Option<string?> _seeds = Text("--seeds", "N", "Seeds; more than one resample the trace. Default 1.");
    private readonly Option<string?> _perturb = Text("--perturb", "X", "Moves each constant of the twin by up to this share. Default 0.");
    private readonly Option<string?> _sharedClock = Text("--shared-clock", "X", "Part of prefill's sub-linearity that is device-wide, 0 to 1. Default 0.5.");
    private readonly Option<string?> _unmasked = Text("--unmasked-slowdown", "X", "Slowdown of decode beside unmasked prefill, 1 to 20. Default 3.");
    private readonly Option<string?> _order = Text("--order", "spf|fcfs", "Order of the prefill queue. Default spf; tuned by a search.");
    private readonly Option<string?> _chunk = Text("--chunk", "N|whole", "Most new tokens of a prefill step. Default 2048; tuned by a search.");
    private readonly Option<string?> _arrivals = Text("--arrivals", "spread|as-is", "What becomes of timestamps coarser than 1 s. Default spread.");
    private readonly Option<string?> _data = Text("--data", "DIR", "Keeps the runs' samples in the store of this folder.");
    private readonly Option<string?> _store = Text("--store", "sqlite|litedb|postgres", "Which store. Default: what the folder holds, else the edition's default.");
    private readonly Option<string?> _stepSampling = Text("--step-sampling", "1/N", "Keeps every N-th step. Default 1/16.");
    private readonly Option<string?> _exploreShare = Text("--explore-share", "X", "Share of its plans that learned leaves to chance, among safe ones, 0 to 0.5. Default 0.");
    private readonly Option<string?> _planLatency = Text("--plan-latency", "S", "Seconds from the making of a plan of learned to its coming into force. Default 0.001.");
    private readonly Option<string?> _applyLatency = Text("--apply-latency", "S", "Seconds that the engine takes to apply another split; 0: at the next step. Default 0.");
    private readonly Option<bool> _applyRestart = new("--apply-restart") { Description = "Another split restarts the engine: what has begun ends first, then nothing is served for --apply-latency." };
    private readonly Option<string?> _beam = Text("--beam", "N", "Plans that the oracle keeps. Default 2.");
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on stdout." };

    private readonly TimeProvider _clock;

    /// <summary>Adds the options to a command.</summary>
    public ReplayArguments(Command command, TimeProvider clock)
    {
        _clock = clock;
        Option[] all =
        [
            _workload, _fromData, _device, _model, _models, _tensorParallel, _stack, _policy, _slo, _rateScale, _findMaxGoodput, _limit, _window,
            _seed, _seeds, _perturb, _sharedClock, _unmasked, _order, _chunk, _arrivals, _data, _store, _stepSampling, _exploreShare, _planLatency, _applyLatency, _applyRestart, _beam, _json,
        ];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads a command line; null when anything is wrong with it, which then stands in <paramref name="problems"/>.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="problems">Takes what is wrong with it.</param>
    /// <param name="refused">True when the parser refused the line: nothing will run, and only the problems are wanted.</param>
    public ReplayRequest? Read(CommandResult parsed, Problems problems, bool refused = false)
    {
        var given = new GivenOptions(parsed, problems);
        var (workload, fromData) = (given.Text(_workload), given.Text(_fromData));
        if (workload is null == fromData is null)
        {
            problems.Add("--workload", workload is null ? "is missing" : "is given with --from-data", "name a trace, a ServeGen folder or a workload spec, or give --from-data alone");
        }

        var logged = fromData is null ? null : given.Try(() => LoggedRun.Read(fromData, _clock));
        var catalogue = given.Try(() => given.Text(_models) is { } folder ? SpecCatalogue.Open(folder) : SpecCatalogue.Open());
        var device = given.Try(() => catalogue?.Device(given.Text(_device) ?? logged?.Run.Device ?? "mi300x"));
        var model = given.Try(() => catalogue?.Model(given.Text(_model) ?? logged?.Run.Model ?? "llama-3.1-70b"));
        var stack = given.Try(() => catalogue?.Stack(given.Text(_stack) ?? (logged?.Run.Stack is { Length: > 0 } its ? its : "graphs")));
        var tensorParallel = given.Whole(_tensorParallel, logged?.Run.TensorParallel ?? 1, 1, 1024);
        if (model is not null && !model.Supports(tensorParallel))
        {
            problems.Add("--tp", $"is {tensorParallel}: the heads of {model.Name} do not divide over it", "give a divisor of its heads");
        }

        var seed = given.Seed(_seed);
        var perturb = given.Number(_perturb, 0, 0, 0.9);
        var cost = new CostOptions
        {
            SharedClockFraction = given.Number(_sharedClock, CostOptions.Default.SharedClockFraction, 0, 1),
            UnmaskedSlowdown = given.Number(_unmasked, CostOptions.Default.UnmaskedSlowdown, 1, 20),
            Perturb = perturb,
            PerturbSeed = seed,
        };
        int? limit = given.Text(_limit) is null ? null : given.Whole(_limit, 1, 1, int.MaxValue);
        var window = given.Text(_window) is { } text ? given.Try(() => (TraceWindow?)TraceWindow.Parse(text)) : TraceWindow.Whole;
        var options = Options(given, logged, seed);
        var store = Store(given, problems);
        var stepSampling = StepSampling(given, problems);
        if (refused || problems.Any)
        {
            // A workload that cannot be read is one more mistake to tell; when all else is right it is read once, later.
            given.Try(() => workload is null ? null : WorkloadSource.Load(workload, seed));
            return null;
        }

        return new ReplayRequest
        {
            Workload = workload ?? "",
            Logged = logged?.Trace,
            Device = device!,
            Model = model!,
            Stack = stack!,
            TensorParallel = tensorParallel,
            Cost = cost,
            Window = window!.Value,
            Limit = limit,
            Json = parsed.GetValue(_json),
            Store = store,
            StepSampling = stepSampling,
            Options = options!,
        };
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private StoreChoice? Store(GivenOptions given, Problems problems)
    {
        if (given.Text(_data) is { } folder)
        {
            return StoreChoice.Of(given.Text(_store), folder, problems);
        }

        if (given.Text(_store) is not null)
        {
            problems.Add("--store", "is given without --data", "name the folder in which samples are kept");
        }

        return null;
    }

    private int StepSampling(GivenOptions given, Problems problems)
    {
        var text = given.Text(_stepSampling);
        if (text is not null && given.Text(_data) is null)
        {
            problems.Add("--step-sampling", "is given without --data", "name the folder in which samples are kept");
        }

        if (text is null)
        {
            return StepSamplingDefault;
        }

        if (text.StartsWith("1/", StringComparison.Ordinal) && int.TryParse(text.AsSpan(2), out var every) && every is >= 1 and <= 1_000_000)
        {
            return every;
        }

        problems.Add("--step-sampling", $"is {text}", "give 1/N with N from 1 to 1000000, such as 1/16");
        return StepSamplingDefault;
    }

    private ReplayOptions? Options(GivenOptions given, LoggedRun? logged, ulong seed)
    {
        var policies = given.Try(() => PolicyNames.Parse(given.Text(_policy) ?? PolicyNames.Learned));
        var tier = given.OneOf(_slo, SloTiers.Named(logged?.Run.SloTier) ?? SloTier.Paper, ("paper", SloTier.Paper), ("middle", SloTier.Middle), ("tight", SloTier.Tight));
        var order = given.OneOf<PrefillOrder?>(_order, null, ("spf", PrefillOrder.Spf), ("fcfs", PrefillOrder.Fcfs));
        var chunkTokens = given.Text(_chunk) switch
        {
            null => (int?)null,
            ChunkText.Whole => PolicySettings.WholePrompts,
            _ => given.Whole(_chunk, 0, 16, PolicySettings.WholePrompts - 1, "or `whole`"),
        };
        var arrivals = given.OneOf(_arrivals, ArrivalMode.Spread, ("spread", ArrivalMode.Spread), ("as-is", ArrivalMode.AsIs));
        var rateScale = given.Number(_rateScale, 1, 1e-9, 1e9);
        var seeds = given.Whole(_seeds, 1, 1, 1000);
        var exploreShare = given.Number(_exploreShare, 0, 0, 0.5);
        var planLatencyS = given.Number(_planLatency, new ReplayOptions { Policies = [] }.PlanLatencyS, 0, 86_400);
        var applyS = given.Number(_applyLatency, 0, 0, 86_400);
        var beam = given.Whole(_beam, 2, 1, 64);
        return policies is null ? null : new ReplayOptions
        {
            Policies = policies,
            Tier = tier,
            RateScale = rateScale,
            FindMaxGoodput = given.Flag(_findMaxGoodput),
            Seed = seed,
            Seeds = seeds,
            Order = order,
            ChunkTokens = chunkTokens,
            Arrivals = arrivals,
            ExploreShare = exploreShare,
            PlanLatencyS = planLatencyS,
            ApplyS = applyS,
            ApplyRestarts = given.Flag(_applyRestart),
            Beam = beam,
        };
    }
}
