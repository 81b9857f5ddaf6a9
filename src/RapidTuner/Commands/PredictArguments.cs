using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Core;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Twin.Cost;

namespace RapidTuner.Commands;

/// <summary>The options of <c>predict</c> and what they mean (CONTRACT §2).</summary>
internal sealed class PredictArguments
{
    private readonly Option<string?> _device = Text("--device", "D", "Device: a name or a JSON file. Default mi300x.");
    private readonly Option<string?> _model = Text("--model", "M", "Model: a name or a JSON file. Default llama-3.1-70b.");
    private readonly Option<string?> _models = Text("--models", "DIR", "A further folder of devices, models and stacks.");
    private readonly Option<string?> _stack = Text("--stack", "S", "Host and launch cost. Default graphs.");
    private readonly Option<string?> _tensorParallel = Text("--tp", "N", "Devices that hold one copy of the model. Default 1.");
    private readonly Option<string?> _phase = Text("--phase", "prefill|decode", "Which phase's step.");
    private readonly Option<string?> _share = Text("--share", "S", "Share of the device, above 0 to 1; the nearest that the device allows. Default 1.");
    private readonly Option<string?> _batch = Text("--batch", "B", "Sequences in the step. Default 1.");
    private readonly Option<string?> _tokens = Text("--tokens", "T", "New tokens per sequence; decode: 1. Default 1.");
    private readonly Option<string?> _context = Text("--context", "C", "Tokens already cached per sequence. Default 0.");
    private readonly Option<string?> _besideShare = Text("--beside-share", "S", "Share of the device under a step of the other phase that runs all along: prefill beside --phase decode, decode beside --phase prefill.");
    private readonly Option<string?> _besideBatch = Text("--beside-batch", "B", "Sequences of that step. Default 1.");
    private readonly Option<string?> _besideTokens = Text("--beside-tokens", "T", "Of that step, beside --phase decode: new tokens per prefill sequence, nothing cached; beside --phase prefill: tokens already cached per decoding sequence. Default 1.");
    private readonly Option<string?> _data = Text("--data", "DIR", "Data folder whose champions are asked before the shipped ones. Default ./data.");
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on stdout." };

    /// <summary>Adds the options to a command.</summary>
    public PredictArguments(Command command)
    {
        Option[] all = [_device, _model, _models, _stack, _tensorParallel, _phase, _share, _batch, _tokens, _context, _besideShare, _besideBatch, _besideTokens, _data, _json];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads a command line; null when anything is wrong with it, which then stands in <paramref name="problems"/>.</summary>
    public PredictRequest? Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var catalogue = given.Try(() => given.Text(_models) is { } folder ? SpecCatalogue.Open(folder) : SpecCatalogue.Open());
        var device = given.Try(() => catalogue?.Device(given.Text(_device) ?? "mi300x"));
        var model = given.Try(() => catalogue?.Model(given.Text(_model) ?? "llama-3.1-70b"));
        var stack = given.Try(() => catalogue?.Stack(given.Text(_stack) ?? PredictRequest.DefaultStack));
        var tensorParallel = given.Whole(_tensorParallel, 1, 1, 1024);
        if (model is not null && !model.Supports(tensorParallel))
        {
            problems.Add("--tp", $"is {tensorParallel}: the heads of {model.Name} do not divide over it", "give a divisor of its heads");
        }

        if (given.Text(_phase) is null)
        {
            problems.Add("--phase", "is missing", "give prefill or decode");
        }

        var phase = given.OneOf(_phase, Phase.Prefill, ("prefill", Phase.Prefill), ("decode", Phase.Decode));
        var work = Work(phase, given.Whole(_batch, 1, 1, 1_000_000), given.Whole(_tokens, 1, 1, 10_000_000), given.Whole(_context, 0, 0, 10_000_000), problems);
        var share = given.Number(_share, 1, 1e-6, 1);
        var besideShare = given.Text(_besideShare) is null ? (double?)null : given.Number(_besideShare, 1, 1e-6, 1);
        var beside = Beside(given, phase, besideShare, problems);
        var folder = DataFolder.Read(given, _data, problems, required: false);
        if (problems.Any)
        {
            return null;
        }

        return new PredictRequest
        {
            Cost = new CostModel(device!, model!, stack!, tensorParallel, CostOptions.Default),
            Phase = phase,
            Work = work,
            Units = UnitsOf(device!, share),
            Beside = beside,
            BesideUnits = besideShare is null ? 0 : UnitsOf(device!, besideShare.Value),
            DataFolder = folder,
            TensorParallel = tensorParallel,
            Model = model!,
            Stack = stack!.Name,
            Json = given.Flag(_json),
        };
    }

    private static int UnitsOf(DeviceSpec device, double share) => device.NearestAllowed((int)Math.Round(share * device.Units));

    private static StepWork Work(Phase phase, int batch, int tokens, int context, Problems problems)
    {
        if (phase == Phase.Decode && tokens != 1)
        {
            problems.Add("--tokens", $"is {tokens} for decode", "give 1: decode makes one token per sequence; tokens already cached go to --context");
        }

        return phase == Phase.Prefill ? Prefill("--tokens", batch, tokens, context, problems) : StepWork.Decode(batch, (long)batch * context);
    }

    private static StepWork Prefill(string where, int batch, int tokens, int context, Problems problems)
    {
        if ((long)batch * tokens <= int.MaxValue)
        {
            return StepWork.Prefill(batch, tokens, context);
        }

        problems.Add(where, $"is {tokens} for each of {batch} sequences", "give fewer");
        return default;
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private StepWork Beside(GivenOptions given, Phase phase, double? share, Problems problems)
    {
        var batch = given.Whole(_besideBatch, 1, 1, 1_000_000);
        var tokens = given.Whole(_besideTokens, 1, 1, 10_000_000);
        if (share is null)
        {
            if (given.Text(_besideBatch) is not null || given.Text(_besideTokens) is not null)
            {
                problems.Add("--beside-share", "is missing", "give the share of the step beside, or leave the other --beside options out");
            }

            return default;
        }

        return phase == Phase.Prefill ? StepWork.Decode(batch, (long)batch * tokens) : Prefill("--beside-tokens", batch, tokens, 0, problems);
    }
}
