using System.CommandLine;
using System.CommandLine.Parsing;
using RapidTuner.Core.Catalogue;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Twin.Cost;
using RapidTuner.Evaluation.Replay;
using RapidTuner.Evaluation.Slos;
using RapidTuner.Evaluation.Workloads;
using RapidTuner.Evaluation.Workloads.Transforms;

namespace RapidTuner.Commands;

/// <summary>The options of <c>policy</c>: the workload on which policies are read.</summary>
internal sealed class PolicyArguments
{
    private const string DefaultWorkload = "shifting";
    private const int DefaultLimit = 2000;

    private readonly Option<string?> _workload = Text("--workload", "FILE", "Trace, workload spec, or the name of a bundled spec. Default shifting.");
    private readonly Option<string?> _device = Text("--device", "D", "Device: a name or a JSON file. Default mi300x.");
    private readonly Option<string?> _model = Text("--model", "M", "Model: a name or a JSON file. Default llama-3.1-70b.");
    private readonly Option<string?> _models = Text("--models", "DIR", "A further folder of devices, models and stacks.");
    private readonly Option<string?> _stack = Text("--stack", "S", "Host and launch cost. Default graphs.");
    private readonly Option<string?> _slo = Text("--slo", "TIER", "paper, middle or tight. Default paper.");
    private readonly Option<string?> _rateScale = Text("--rate-scale", "X", "Divides arrival times. Default 1.");
    private readonly Option<string?> _limit = Text("--limit", "N", $"The first N requests. Default {DefaultLimit}.");
    private readonly Option<string?> _seed = Text("--seed", "N", "Seed. Default 1.");
    private readonly Option<bool> _json = new("--json") { Description = "One JSON document on stdout." };

    /// <summary>Adds the options to a command.</summary>
    public PolicyArguments(Command command)
    {
        Option[] all = [_workload, _device, _model, _models, _stack, _slo, _rateScale, _limit, _seed, _json];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>True for one JSON document.</summary>
    public bool Json(CommandResult parsed) => parsed.GetValue(_json);

    /// <summary>Reads a command line; null when anything is wrong with it, which then stands in <paramref name="problems"/>.</summary>
    public (ReplayScene Scene, ReplayOptions Options)? Read(CommandResult parsed, Problems problems)
    {
        var given = new GivenOptions(parsed, problems);
        var catalogue = given.Try(() => given.Text(_models) is { } folder ? SpecCatalogue.Open(folder) : SpecCatalogue.Open());
        var device = given.Try(() => catalogue?.Device(given.Text(_device) ?? "mi300x"));
        var model = given.Try(() => catalogue?.Model(given.Text(_model) ?? "llama-3.1-70b"));
        var stack = given.Try(() => catalogue?.Stack(given.Text(_stack) ?? "graphs"));
        var tier = given.OneOf(_slo, SloTier.Paper, ("paper", SloTier.Paper), ("middle", SloTier.Middle), ("tight", SloTier.Tight));
        var limit = given.Whole(_limit, DefaultLimit, 1, int.MaxValue);
        var rateScale = given.Number(_rateScale, 1, 1e-9, 1e9);
        var seed = given.Seed(_seed);
        var trace = given.Try(() => WorkloadSource.Load(given.Text(_workload) ?? DefaultWorkload, seed));
        if (device is null || model is null || stack is null || trace is null || problems.Any)
        {
            return null;
        }

        var scene = new ReplayScene { Trace = RequestLimit.Apply(trace, limit), Device = device, Model = model, Stack = stack, Cost = CostOptions.Default };
        return (scene, new ReplayOptions { Policies = ["rapid"], Tier = tier, Seed = seed, RateScale = rateScale });
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
